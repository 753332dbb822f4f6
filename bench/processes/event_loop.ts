/** How late timers of a gateway's main thread fire, by its own histogram. */

/** Upper bounds of the histogram's buckets in seconds, the last without end. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, Infinity];

/** Cumulative counts by bucket since the gateway started. */
export type DelayCounts = readonly number[];

/** Asks a gateway for its counts so far. */
export async function readDelays(url: string): Promise<DelayCounts> {
  return parseDelays(await (await fetch(`${url}/metrics`)).text());
}

/** The counts in the text of `/metrics`. */
export function parseDelays(text: string): DelayCounts {
  return BUCKETS.map((bound) => {
    const label = bound === Infinity ? "\\+Inf" : String(bound).replace(".", "\\.");
    const line = new RegExp(`^gateway_event_loop_delay_seconds_bucket{le="${label}"} (\\d+)$`, "m");
    return Number(line.exec(text)?.[1] ?? NaN);
  });
}

/** What came between two readings. */
export function delaysBetween(before: DelayCounts, after: DelayCounts): DelayCounts {
  return after.map((count, bucket) => count - (before[bucket] ?? 0));
}

/** Milliseconds that a share of all delays stayed below: the upper bound of its bucket. */
export function delayBound(counts: DelayCounts, share: number): number {
  const bucket = counts.findIndex((count) => count >= (counts.at(-1) ?? 0) * share);
  return (BUCKETS[bucket] ?? NaN) * 1000;
}
