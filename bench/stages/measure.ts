/** Times a function alone, again and again. */
import { percentile } from "../timing/statistics.ts";

/** What one call takes. */
export interface Timing {
  readonly p50Ms: number;
  /** Steadier than the median on a busy machine. */
  readonly minMs: number;
  readonly calls: number;
}

/** Time the calls of one measurement take together, about. */
const BUDGET_MS = 400;
const CALLS_MIN = 10;
const CALLS_MAX = 2000;

/** Calls a function, at first without looking at the clock. */
export async function measure(call: (index: number) => unknown): Promise<Timing> {
  for (let index = 0; index < 5; index++) await call(index);
  const samples: number[] = [];
  const end = performance.now() + BUDGET_MS;
  while (samples.length < CALLS_MIN || (performance.now() < end && samples.length < CALLS_MAX)) {
    const started = performance.now();
    const result = call(samples.length);
    // Most stages are synchronous: awaiting them would be timed too.
    if (result instanceof Promise) await result;
    samples.push(performance.now() - started);
  }
  return timingOf(samples);
}

/** Sums durations up. */
export function timingOf(samples: readonly number[]): Timing {
  const sorted = Float64Array.from(samples).sort();
  return { p50Ms: percentile(sorted, 0.5), minMs: percentile(sorted, 0), calls: sorted.length };
}
