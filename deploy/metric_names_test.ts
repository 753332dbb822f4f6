import assert from "node:assert/strict";
import { metricsIn, unknownMetrics } from "./metric_names.ts";

Deno.test("metricsIn() finds names, not functions, labels and their values", () => {
  assert.deepEqual(
    metricsIn(
      'sum by (phase) (rate(gateway_phase_seconds_sum{job="gateway_x"}[5m])) / nv_inference_count + up',
    ),
    ["gateway_phase_seconds_sum", "nv_inference_count", "up"],
  );
});

Deno.test("unknownMetrics() knows a histogram's series", () => {
  const known = new Set(["a_seconds", "b_total"]);
  assert.deepEqual(unknownMetrics(["a_seconds_bucket", "b_total", "c_total"], known), ["c_total"]);
});
