/** What a check found, and the table of it. */
import { tableLines } from "../chaos/row.ts";

/** One thing that was looked at. */
export interface Finding {
  /** What has to hold. */
  readonly what: string;
  /** What was seen, with its figures. */
  readonly measured: string;
  readonly holds: boolean;
}

/** A check, and one of its findings. */
export interface Row extends Finding {
  readonly check: string;
}

const HEADINGS = ["check", "verdict", "what has to hold", "measured"];

/** The table as text. */
export function formatTable(rows: readonly Row[]): string {
  const cells = rows.map(({ check, holds, what, measured }) => [
    ...[check, holds ? "ok" : "FAILED"],
    ...[what, measured],
  ]);
  return tableLines([HEADINGS, ...cells], new Set([0, 1, 2, 3])).join("\n");
}

/** Seconds as a table has them. */
export function inSeconds(seconds: number): string {
  return Number.isFinite(seconds) ? `${seconds.toFixed(1)} s` : "never";
}

/** Counts as a table has them: `200: 9, 503: 1`. */
export function inCounts(counts: Readonly<Record<string, number>>): string {
  const entries = Object.entries(counts);
  return entries.length === 0 ? "none" : entries.map((entry) => entry.join(": ")).join(", ");
}
