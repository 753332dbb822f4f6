/** What the gateway takes beside a native server of the same job, case by case. */
import { markdownTable } from "../report/readme_table.ts";
import { GATEWAY, NATIVE } from "./contests.ts";
import { type HeldContest, standingFigures } from "./standings_table.ts";

const HEAD = ["gateway ÷ native", "requests/s", "CPU ms/photo", "p99 ms", "cosine ≥"];

/** Markdown, a row a contest with both; empty where there is none. */
export function nativeTable(contests: readonly HeldContest[]): string {
  const rows = contests.flatMap(({ name, standings, cosineMin }) => {
    const gateway = standings.find(({ label }) => label === GATEWAY);
    const native = standings.find(({ label }) => label === NATIVE);
    if (gateway === undefined || native === undefined) return [];
    const [ours, theirs] = [standingFigures(gateway), standingFigures(native)];
    return [[
      name,
      ratio(ours.requestsPerSecond, theirs.requestsPerSecond, 0),
      ratio(ours.cpuMs, theirs.cpuMs, 3),
      ratio(ours.p99, theirs.p99, 1),
      floor(cosineMin ?? NaN),
    ]];
  });
  return rows.length === 0 ? "" : markdownTable(HEAD, rows);
}

function ratio(ours: number, theirs: number, digits: number): string {
  return `${(ours / theirs).toFixed(2)} (${ours.toFixed(digits)} ÷ ${theirs.toFixed(digits)})`;
}

/** Rounded down: no table is to claim more likeness than there is. */
function floor(cosine: number): string {
  return (Math.floor(cosine * 1e7) / 1e7).toFixed(7);
}
