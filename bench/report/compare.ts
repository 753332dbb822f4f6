/** What changed between two results, and whether by more than the noise of repeated runs. */
import { medianOf } from "../timing/statistics.ts";
import { roundsOf, serverCpuMs } from "./figures.ts";
import type { BenchResult, Cell, CellChoice } from "./result.ts";

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
    const ranges = (figures: (cell: Cell) => number[]) =>
      [rangeOf(earlier.map(figures)), rangeOf(later.map(figures))] as const;
    return [
      change(
        name,
        "p50 ms",
        ranges(({ latencyMs: { p50, p50Low, p50High } }) => [p50, p50Low, p50High]),
      ),
      change(name, "images/s", ranges(({ imagesPerSecond }) => [imagesPerSecond])),
      ...(earlier.some((cell) => serverCpuMs(cell) !== undefined)
        ? [change(name, "server CPU ms", ranges((cell) => [serverCpuMs(cell) ?? 0]))]
        : []),
    ];
  });
}

function change(
  cell: string,
  figure: Change["figure"],
  [before, after]: readonly [Range, Range],
): Change {
  return {
    cell,
    figure,
    before: before.middle,
    after: after.middle,
    ratio: after.middle / before.middle - 1,
    isBeyondNoise: before.high < after.low || after.high < before.low,
  };
}

/** The median of several runs' first figures, and everything that all their figures cover, at least the noise floor. */
function rangeOf(runs: readonly (readonly number[])[]): Range {
  const middle = medianOf(runs, ([first = NaN]) => first);
  return {
    middle,
    low: Math.min(...runs.flat(), middle * (1 - NOISE_MIN)),
    high: Math.max(...runs.flat(), middle * (1 + NOISE_MIN)),
  };
}

function cellKeys(results: readonly BenchResult[]) {
  const keys = new Map<string, CellChoice>();
  for (const cell of results.flatMap(({ cells }) => cells)) {
    const { series, batch, pattern: { clients } } = cell;
    keys.set(`${series} ${batch} ${clients}`, { series, batch, clients });
  }
  return [...keys.values()];
}
