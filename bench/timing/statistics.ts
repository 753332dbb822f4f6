/** Statistics of samples. */

/** Samples from which on the 99.9th percentile says something. */
const P999_SAMPLES_MIN = 1000;

/** What a list of milliseconds comes to. */
export interface Summary {
  readonly count: number;
  readonly mean: number;
  readonly min: number;
  readonly p50: number;
  /** The median's 95 % confidence interval, by order statistics: no assumption about the distribution. */
  readonly p50Low: number;
  readonly p50High: number;
  readonly p95: number;
  readonly p99: number;
  /** Only from 1,000 samples. */
  readonly p999?: number;
  readonly max: number;
}

/** Sums samples up. All figures of an empty list are NaN. */
export function summarize(samples: readonly number[]): Summary {
  const sorted = Float64Array.from(samples).sort();
  const count = sorted.length;
  const spread = (1.96 * Math.sqrt(count)) / 2;
  return {
    count,
    mean: mean(samples),
    min: at(sorted, 0),
    p50: percentile(sorted, 0.5),
    p50Low: at(sorted, Math.max(0, Math.floor(count / 2 - spread) - 1)),
    p50High: at(sorted, Math.min(count - 1, Math.ceil(count / 2 + spread))),
    p95: percentile(sorted, 0.95),
    p99: percentile(sorted, 0.99),
    ...(count >= P999_SAMPLES_MIN ? { p999: percentile(sorted, 0.999) } : {}),
    max: at(sorted, count - 1),
  };
}

/** Nearest rank: the smallest sample that at least this fraction of all samples does not exceed. */
export function percentile(sorted: Readonly<Float64Array>, fraction: number): number {
  return at(sorted, Math.max(0, Math.ceil(fraction * sorted.length) - 1));
}

/** The median of one figure of several things. */
export function medianOf<T>(all: readonly T[], figure: (one: T) => number): number {
  return percentile(Float64Array.from(all, figure).sort(), 0.5);
}

/** Arithmetic mean; NaN of nothing. */
export function mean(samples: readonly number[]): number {
  return samples.reduce((sum, sample) => sum + sample, 0) / samples.length;
}

function at(values: Readonly<Float64Array>, position: number): number {
  return values[position] ?? NaN;
}
