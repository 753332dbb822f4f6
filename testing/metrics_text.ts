/** Prometheus' text format, as far as tests read it. */

/** Fetches the samples of a gateway's /metrics. */
export async function fetchMetrics(url: string): Promise<Map<string, number>> {
  const response = await fetch(`${url}/metrics`);
  return parseMetrics(await response.text());
}

/** Parses samples: a series, such as `gateway_images_total{model="dct_512",format="jpeg",code="ok"}`, and its value a line. */
export function parseMetrics(text: string): Map<string, number> {
  const samples = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(samples.map((line) => {
    const space = line.lastIndexOf(" ");
    return [line.slice(0, space), Number(line.slice(space + 1))];
  }));
}
