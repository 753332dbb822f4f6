/** The README's table, from a result: see `tools/gen_docs.ts`. */
import { cellOf, serverCpuMs, soloOf } from "./figures.ts";
import type { BenchResult } from "./result.ts";
import { formatBytes, short } from "./svg.ts";

/** Markdown as `deno fmt` lays it out: every way in a row, what it was measured with below. */
export function readmeBenchTable(result: BenchResult): string {
  const batch = Math.max(...result.cells.map((cell) => cell.batch));
  const clients = 1;
  const head = [
    "Way",
    "on the line",
    "p50, one at a time",
    `images/s, batches of ${batch}`,
    "server CPU per image",
  ];
  const rows = result.series.flatMap((series) => {
    const solo = soloOf(result, series.id);
    if (solo === undefined) return [];
    const best = cellOf(result, { series: series.id, batch, clients });
    const cpuMs = serverCpuMs(solo);
    return [[
      series.label,
      formatBytes(solo.bytes.wireUp),
      `${short(solo.latencyMs.p50)} ms`,
      best === undefined ? "–" : short(best.imagesPerSecond),
      cpuMs === undefined ? "–" : `${short(cpuMs)} ms`,
    ]];
  });
  return `${markdownTable(head, rows)}\n\n${provenanceText(result)}`;
}

/** A Markdown table with padded columns; numbers to the right. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const widths = head.map((text, column) =>
    Math.max(3, [...text].length, ...rows.map((row) => [...(row[column] ?? "")].length))
  );
  const pad = (text: string, column: number) => {
    const space = " ".repeat((widths[column] ?? 0) - [...text].length);
    return column === 0 ? text + space : space + text;
  };
  const line = (row: readonly string[]) => `| ${row.map(pad).join(" | ")} |`;
  const rule = widths.map((width, column) =>
    column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`
  );
  return [line(head), `| ${rule.join(" | ")} |`, ...rows.map(line)].join("\n");
}

function provenanceText(result: BenchResult): string {
  const { link, machine, command, commit, gatewayEngine, model, startedAt } = result;
  const rate = link.mbitPerSecond === null ? "" : `, ${short(link.mbitPerSecond)} Mbit/s`;
  return wrap(
    `Link \`${link.name}\` (${
      short(link.rttMs)
    } ms round trip${rate}), model \`${model}\`, gateway engine ` +
      `${gatewayEngine}; ${machine.cpu}, ${machine.cores} cores for clients, link and servers together; ` +
      `\`${command}\` at ${commit}, ${startedAt.slice(0, 10)}.`,
  );
}

/** Lines of at most 100 characters, as `deno fmt` wraps prose. */
function wrap(text: string): string {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= 100) {
      lines[lines.length - 1] = `${line} ${word}`;
    } else lines.push(word);
  }
  return lines.join("\n");
}
