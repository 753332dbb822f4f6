/** What a run prints while it goes on. */
import { failedRequests } from "../load/figures.ts";
import type { Cell } from "../report/result.ts";
import type { PlannedCell } from "./plan.ts";

/** Head of the lines that follow. */
export const CELL_HEAD =
  "way                            batch  load      p50 ms   p95 ms  images/s  errors  time left";

/** One line for a cell that is finished. */
export function cellLine(cell: Cell, label: string, secondsLeft: number): string {
  const { batch, pattern, latencyMs, imagesPerSecond, cutOff } = cell;
  const load = pattern.kind === "closed" ? `× ${pattern.clients}` : `${pattern.perSecond}/s`;
  const failed = failedRequests(cell) + cutOff;
  return [
    label.slice(0, 30).padEnd(30),
    String(batch).padStart(5),
    load.padEnd(6),
    latencyMs.p50.toFixed(1).padStart(9),
    latencyMs.p95.toFixed(1).padStart(7),
    imagesPerSecond.toFixed(1).padStart(8),
    String(failed).padStart(6),
    formatSeconds(secondsLeft).padStart(9),
  ].join("  ");
}

/** Seconds that the given cells will take. */
export function secondsOf(cells: readonly PlannedCell[]): number {
  return cells.reduce((sum, { secondsExpected }) => sum + secondsExpected, 0);
}

/** Minutes and seconds. */
export function formatSeconds(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
