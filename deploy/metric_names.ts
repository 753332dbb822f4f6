/** Which metrics PromQL texts ask for, so that a renamed metric is not missed on a dashboard months later. */

/** Of Triton 2.71's metrics (docs/user_guide/metrics.md), as far as they are used. */
export const TRITON_METRICS: readonly string[] = [
  "nv_gpu_memory_total_bytes",
  "nv_gpu_memory_used_bytes",
  "nv_gpu_utilization",
  "nv_inference_compute_infer_duration_us",
  "nv_inference_compute_input_duration_us",
  "nv_inference_compute_output_duration_us",
  "nv_inference_count",
  "nv_inference_exec_count",
  "nv_inference_pending_request_count",
  "nv_inference_queue_duration_us",
  "nv_inference_request_failure",
  "nv_inference_request_success",
];

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
