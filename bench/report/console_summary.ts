/** A result on the terminal. */
import { failedRequests } from "../load/job.ts";
import { problemsOf } from "./checks.ts";
import { headlines } from "./headline.ts";
import type { BenchResult } from "./result.ts";

/** Headlines, and whatever is wrong. */
export function consoleSummary(result: BenchResult): string {
  const { rttMs, mbitPerSecond, name } = result.link;
  const rate = mbitPerSecond === null ? "" : `, ${mbitPerSecond} Mbit/s`;
  const failed = result.cells.reduce((sum, cell) => sum + failedRequests(cell), 0);
  return [
    `Gateway (${result.gatewayEngine}) against tensors to Triton, link ${name}: ${rttMs} ms${rate}`,
    ...headlines(result).map(({ factor, text, detail }) =>
      `  ${factor.padStart(8)} ${text}: ${detail}`
    ),
    ...(failed > 0 ? [`  ${failed} requests failed`] : []),
    ...problemsOf(result).map((problem) => `  does not add up: ${problem}`),
  ].join("\n");
}
