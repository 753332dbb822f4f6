/** From what a load saw to its figures. */

/** What became of one request. */
export interface Outcome {
  /** When it was to be sent, in milliseconds. */
  readonly dueMs: number;
  readonly doneMs: number;
  /** `200`, or a status and the error's code such as `429 overloaded`, or one of `NO_REPLY`. */
  readonly code: string;
}

/** Requests without a reply. */
export const NO_REPLY = {
  /** Sent at least in part on a connection that had replied before, or answered in part. */
  lost: "lost",
  /** Sent at least in part on a connection that never said anything: it may not have been accepted. */
  unaccepted: "unaccepted",
  /** No connection came about. */
  refused: "refused",
  /** Not answered within the time that the load gives. */
  unanswered: "unanswered",
  /** Not sent, as every connection was busy. */
  notSent: "not sent",
} as const;

/** Figures of a phase. Those due in it count as its own, whenever their replies come. */
export interface PhaseFigures {
  readonly seconds: number;
  readonly due: number;
  readonly good: number;
  /** Good replies that came within the phase, a second of it. */
  readonly goodputPerSecond: number;
  /** Of good replies, milliseconds from when they were due; NaN without any. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of replies that are not good. */
  readonly otherP99Ms: number;
  readonly codes: Readonly<Record<string, number>>;
  /** From the beginning of the phase until the last request was due that got no good reply; 0 without any. */
  readonly recoveryMs: number;
}

/** The smallest value that a share of all does not exceed (nearest rank); NaN without values. */
export function percentile(sorted: Float64Array, share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? NaN;
}

/** Sums up the requests that were due from `startMs` on, for so many seconds. */
export function phaseFigures(
  outcomes: readonly Outcome[],
  startMs: number,
  seconds: number,
): PhaseFigures {
  const endMs = startMs + seconds * 1000;
  const own = outcomes.filter(({ dueMs }) => dueMs >= startMs && dueMs < endMs);
  const good = own.filter(({ code }) => code === "200");
  const bad = own.filter(({ code }) => code !== "200");
  const inTime = outcomes.filter(({ code, doneMs }) =>
    code === "200" && doneMs >= startMs && doneMs < endMs
  );
  const latencies = sortedLatencies(good);
  return {
    seconds,
    due: own.length,
    good: good.length,
    goodputPerSecond: inTime.length / seconds,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
    otherP99Ms: percentile(sortedLatencies(bad.filter(({ code }) => /^\d/.test(code))), 0.99),
    codes: countCodes(own),
    recoveryMs: bad.reduce((last, { dueMs }) => Math.max(last, dueMs - startMs), 0),
  };
}

function sortedLatencies(outcomes: readonly Outcome[]): Float64Array {
  return Float64Array.from(outcomes, ({ dueMs, doneMs }) => doneMs - dueMs).sort();
}

function countCodes(outcomes: readonly Outcome[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { code } of outcomes) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}
