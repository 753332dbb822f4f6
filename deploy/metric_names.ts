/** Which metrics PromQL texts ask for, so that a renamed metric is not missed on a dashboard months later. */

const STRING = /"(?:[^"\\]|\\.)*"/g;
const METRIC = /\b(?:gateway|nv|up)(?:_[a-z0-9]+)*\b/g;
const HISTOGRAM_SUFFIX = /_(?:bucket|sum|count)$/;

/** Names of metrics in a PromQL expression: ours, Triton's and `up`. Label values are left out. */
export function metricsIn(expression: string): string[] {
  return [...new Set(expression.replace(STRING, "").match(METRIC) ?? [])];
}

/** Names in `used` that do not exist; a histogram's series exist with it. */
export function unknownMetrics(used: Iterable<string>, known: ReadonlySet<string>): string[] {
  return [...used].filter((name) =>
    !known.has(name) && !known.has(name.replace(HISTOGRAM_SUFFIX, ""))
  );
}
