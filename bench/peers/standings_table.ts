/** The outcome of contests as a table for people, each row beside the first of its contest. */
import type { Turn } from "../load/turns.ts";
import { medianOf } from "../timing/statistics.ts";
import type { Standing } from "./contest.ts";

/** A contest that was held. */
export interface HeldContest {
  readonly name: string;
  readonly photoSize: string;
  readonly standings: readonly Standing[];
  /** Between the gateway's embeddings and the native peer's, where both were there. */
  readonly cosineMin?: number;
}

/** Figures of a standing: medians of its rounds. */
export interface StandingFigures extends Omit<Turn, "requests"> {
  /** Lowest and highest rate of a round: how far to trust the median. */
  readonly rateRange: readonly [low: number, high: number];
}

/** Sums a standing up. */
export function standingFigures({ rounds }: Standing): StandingFigures {
  const median = (figure: (round: Turn) => number) => medianOf(rounds, figure);
  const rates = rounds.map(({ requestsPerSecond }) => requestsPerSecond);
  return {
    failures: rounds.reduce((sum, { failures }) => sum + failures, 0),
    requestsPerSecond: median(({ requestsPerSecond }) => requestsPerSecond),
    rateRange: [Math.min(...rates), Math.max(...rates)],
    p50: median(({ p50 }) => p50),
    p99: median(({ p99 }) => p99),
    cpuMs: median(({ cpuMs }) => cpuMs),
    residentMiB: median(({ residentMiB }) => residentMiB),
  };
}

const HEAD = ["contest", "server", "requests/s", "×", "p50 ms", "p99 ms", "CPU ms/photo", "failed"];

/** Markdown, so that a terminal and a document read the same. */
export function standingsTable(contests: readonly HeldContest[]): string {
  const rows = contests.flatMap(({ name, standings }) => {
    const first = standings[0];
    if (first === undefined) return [];
    const base = standingFigures(first).requestsPerSecond;
    return standings.map((standing, index) => {
      const { requestsPerSecond, rateRange: [low, high], p50, p99, cpuMs, failures } =
        standingFigures(standing);
      return [
        index === 0 ? name : "",
        standing.label,
        `${rate(requestsPerSecond)} (${rate(low)}–${rate(high)})`,
        (requestsPerSecond / base).toFixed(2),
        p50.toFixed(1),
        p99.toFixed(1),
        cpuMs.toFixed(2),
        String(failures),
      ];
    });
  });
  const table = [HEAD, ...rows];
  const widths = HEAD.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [line(HEAD), rule, ...rows.map(line)].join("\n");
}

function rate(value: number): string {
  return value.toFixed(value < 100 ? 1 : 0);
}
