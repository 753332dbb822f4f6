/** What changed between two results, and whether by more than the noise of repeated runs. */
import { roundsOf } from "./figures.ts";
import { type BenchResult, clientsOf } from "./result.ts";

/** One figure of one cell, in two results. */
export interface Change {
  readonly cell: string;
  readonly figure: "p50 ms" | "images/s" | "server CPU ms";
  readonly before: number;
  readonly after: number;
  /** After by before, less one. */
  readonly ratio: number;
  /** Whether the ranges of both results are apart. */
  readonly isBeyondNoise: boolean;
}

interface Range {
  readonly middle: number;
  readonly low: number;
  readonly high: number;
}

/** What single runs on one machine differ by at least, whatever their own confidence intervals say. */
const NOISE_MIN = 0.03;

/** Compares every cell that both have; several results a side are several rounds. */
export function compareResults(
  before: readonly BenchResult[],
  after: readonly BenchResult[],
): Change[] {
  return cellKeys(before).flatMap(({ series, batch, clients }) => {
    const choice = { series, batch, clients };
    const cells = [before, after].map((results) =>
      results.flatMap((result) => roundsOf(result, choice))
    );
    const [earlier = [], later = []] = cells;
    if (later.length === 0) return [];
    const name = `${series}, batch ${batch}, × ${clients}`;
    const latency = cells.map((rounds) =>
      rangeOf(rounds.flatMap(({ latencyMs }) => [latencyMs.p50]), [
        ...rounds.flatMap(({ latencyMs }) => [latencyMs.p50Low, latencyMs.p50High]),
      ])
    );
    const rate = cells.map((rounds) => rangeOf(rounds.map((cell) => cell.imagesPerSecond)));
    const cpu = [earlier, later].map((rounds) =>
      rangeOf(
        rounds.map(({ usage }) =>
          ["gateway", "triton", "python"].reduce((sum, role) => sum + (usage[role]?.cpuMs ?? 0), 0)
        ),
      )
    );
    return [
      change(name, "p50 ms", latency),
      change(name, "images/s", rate),
      ...((cpu[0]?.middle ?? 0) > 0 ? [change(name, "server CPU ms", cpu)] : []),
    ];
  });
}

function change(cell: string, figure: Change["figure"], ranges: readonly Range[]): Change {
  const [before, after] = ranges as [Range, Range];
  const isApart = before.high < after.low || after.high < before.low;
  return {
    cell,
    figure,
    before: before.middle,
    after: after.middle,
    ratio: after.middle / before.middle - 1,
    isBeyondNoise: isApart,
  };
}

/** The median of several runs and everything they and their intervals cover, at least the noise floor. */
function rangeOf(middles: readonly number[], bounds: readonly number[] = middles): Range {
  const sorted = [...middles].sort((a, b) => a - b);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)] ?? NaN;
  return {
    middle,
    low: Math.min(...bounds, ...middles, middle * (1 - NOISE_MIN)),
    high: Math.max(...bounds, ...middles, middle * (1 + NOISE_MIN)),
  };
}

function cellKeys(results: readonly BenchResult[]) {
  const keys = new Map<string, { series: string; batch: number; clients: number }>();
  for (const cell of results.flatMap(({ cells }) => cells)) {
    const clients = clientsOf(cell);
    if (clients === undefined) continue;
    const { series, batch } = cell;
    keys.set(`${series} ${batch} ${clients}`, { series, batch, clients });
  }
  return [...keys.values()];
}
