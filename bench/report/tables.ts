/** Tables of a report, as HTML. */
import { failedRequests } from "../load/job.ts";
import { cellOf, floorMs } from "./figures.ts";
import type { BenchResult, Cell } from "./result.ts";
import { element, escapeText, short } from "./svg.ts";

/** A table; columns of numbers stand to the right. */
function htmlTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const isNumeric = head.map((_, column) => rows.every((row) => NUMBER.test(row[column] ?? "")));
  const cells = (name: string, row: readonly string[]) =>
    row.map((text, column) =>
      element(name, isNumeric[column] ? { class: "number" } : {}, escapeText(text))
    ).join("");
  return element(
    "table",
    {},
    element("thead", {}, element("tr", {}, cells("th", head))),
    element("tbody", {}, ...rows.map((row) => element("tr", {}, cells("td", row)))),
  );
}

/** A number, perhaps with a unit, or a dash in its place. */
const NUMBER = /^(–|(< )?[\d.,]+( [kMG]?B)?)$/;

/** Every cell of the grid, skipped ones with their reason. */
export function gridTable(result: BenchResult): string {
  const rows = result.cells.map((cell) => [
    labelOf(result, cell.series),
    String(cell.batch),
    `× ${cell.pattern.clients}`,
    String(cell.requests),
    ...[cell.latencyMs.p50, cell.latencyMs.p95, cell.latencyMs.p99].map(short),
    short(cell.imagesPerSecond),
    failuresOf(cell),
  ]);
  const skipped = result.skipped.map(({ series, batch, clients, reason }) => [
    labelOf(result, series),
    String(batch),
    `× ${clients}`,
    `not run: ${reason}`,
  ]);
  const head = [
    "way",
    "batch",
    "load",
    "requests",
    "p50 ms",
    "p95 ms",
    "p99 ms",
    "images/s",
    "failed",
  ];
  return htmlTable(head, rows) +
    (skipped.length === 0 ? "" : htmlTable(["way", "batch", "load", "why"], skipped));
}

/** Where the server's time goes, by its own stamps, one request at a time. */
export function serverTable(result: BenchResult): string {
  const rows = result.series.flatMap((series) => {
    const cell = cellOf(result, { series: series.id, batch: 1, clients: 1 });
    if (cell === undefined) return [];
    const own = Object.entries(cell.serverMs).map(([name, ms]) => `${name} ${short(ms)}`);
    const triton = Object.entries(cell.triton?.partsMs ?? {})
      .map(([name, ms]) => `${name} ${short(ms)}`);
    const floor = floorMs(result, cell);
    return [[
      series.label,
      short(floor),
      short(cell.latencyMs.p50 - floor),
      short(cell.stagesMs?.server ?? NaN),
      own.join(", ") || "–",
      triton.join(", ") || "–",
    ]];
  });
  return htmlTable([
    "way",
    "round trip + bytes + model, ms",
    "p50 above that",
    "server ms",
    "its own stages, ms",
    "Triton's statistics, ms",
  ], rows);
}

/** Processor time and memory, by process and thread, one request at a time. */
export function cpuTable(result: BenchResult): string {
  const rows = result.series.flatMap((series) => {
    const cell = cellOf(result, { series: series.id, batch: 1, clients: 1 });
    return Object.entries(cell?.usage ?? {}).map(([role, usage]) => [
      series.label,
      role,
      short(usage.cpuMs),
      short(usage.residentMiB),
      Object.entries(usage.threads).filter(([, ms]) => ms >= 0.02)
        .sort(([, a], [, b]) => b - a).slice(0, 5)
        .map(([name, ms]) => `${name} ${short(ms)}`).join(", "),
    ]);
  });
  return htmlTable(["way", "process", "CPU ms/image", "memory MiB", "threads, ms/image"], rows);
}

/** Whether the ways agree. */
export function agreementText(result: BenchResult): string {
  const least = Math.min(...result.agreement.map(({ cosineMin }) => cosineMin));
  return Number.isFinite(least)
    ? `All ways give the same embeddings: smallest cosine of 8 photos ${least.toFixed(6)}.`
    : "";
}

function labelOf(result: BenchResult, id: string): string {
  return result.series.find((series) => series.id === id)?.label ?? id;
}

function failuresOf(cell: Cell): string {
  const { cutOff } = cell;
  const failed = failedRequests(cell);
  return failed + cutOff === 0 ? "0" : `${failed} failed, ${cutOff} cut off`;
}
