import assert from "node:assert/strict";
import { parseMetrics } from "../../testing/metrics_text.ts";
import { Metrics } from "./metrics.ts";

const PROCESS_GAUGES = {
  requestsInFlight: () => 3,
  bodyBytesInFlight: () => 4,
  pixelsInFlight: () => 5,
  memoryBytesInFlight: () => 6,
};
const MODEL_GAUGES = {
  slotsInUse: () => 1,
  slotSeconds: () => 1.5,
  slotsTotal: () => 2,
  imagesQueued: () => 6,
  cacheBytes: () => 7,
  cacheImages: () => 8,
};

/** Dashboards and alerts are written against these names. */
const GOLDEN_METRICS = [
  "gateway_requests_total counter",
  "gateway_request_seconds histogram",
  "gateway_phase_seconds histogram",
  "gateway_body_bytes_total counter",
  "gateway_images_total counter",
  "gateway_image_stage_seconds histogram",
  "gateway_image_pixels_total counter",
  "gateway_texts_total counter",
  "gateway_texts_truncated_total counter",
  "gateway_cache_lookups_total counter",
  "gateway_cache_evictions_total counter",
  "gateway_batch_images histogram",
  "gateway_batch_seconds histogram",
  "gateway_event_loop_delay_seconds histogram",
  "gateway_workers_replaced_total counter",
  "gateway_engine_restarts_total counter",
  "gateway_upstream_up gauge",
  "gateway_tensor_path_active gauge",
  "gateway_canaries_total counter",
  "gateway_ready gauge",
  "gateway_slots_inputs gauge",
  "gateway_slots_in_use_inputs gauge",
  "gateway_slot_seconds_total counter",
  "gateway_inflight_requests gauge",
  "gateway_inflight_body_bytes gauge",
  "gateway_inflight_pixels gauge",
  "gateway_inflight_memory_bytes gauge",
  "gateway_queued_images gauge",
  "gateway_cache_bytes gauge",
  "gateway_cache_images gauge",
  "gateway_memory_resident_bytes gauge",
];

Deno.test("Metrics has the series of the golden list and no others", async () => {
  const metrics = new Metrics();
  metrics.addProcessGauges(PROCESS_GAUGES);
  metrics.addModelGauges("m", MODEL_GAUGES);
  const text = await metrics.registry.metrics();
  const types = text.split("\n").filter((line) => line.startsWith("# TYPE "));
  assert.deepEqual(types.map((line) => line.slice("# TYPE ".length)), GOLDEN_METRICS);
});

Deno.test("Metrics names end in a unit or in what is counted, and all have help", async () => {
  const metrics = new Metrics();
  metrics.addProcessGauges(PROCESS_GAUGES);
  metrics.addModelGauges("m", MODEL_GAUGES);
  const all = await metrics.registry.getMetricsAsJSON();
  for (const { name, help } of all) {
    assert.match(
      name,
      /^gateway_[a-z_]+_(total|seconds|bytes|images|inputs|requests|pixels)$|^gateway_(ready|upstream_up|tensor_path_active)$/,
    );
    assert.match(help, /^[A-Z].*[^.]$/);
  }
});

Deno.test("Metrics reads gauges when somebody looks", async () => {
  const metrics = new Metrics();
  let requests = 3;
  metrics.addProcessGauges({ ...PROCESS_GAUGES, requestsInFlight: () => requests });
  metrics.addModelGauges("m", MODEL_GAUGES);
  requests = 7;
  const samples = parseMetrics(await metrics.registry.metrics());
  assert.equal(samples.get("gateway_inflight_requests"), 7);
  assert.equal(samples.get('gateway_slots_in_use_inputs{model="m"}'), 1);
  assert.equal(samples.get('gateway_slots_inputs{model="m"}'), 2);
  assert.equal(samples.get("gateway_inflight_body_bytes"), 4);
  assert.equal(samples.get("gateway_inflight_pixels"), 5);
  assert.equal(samples.get('gateway_queued_images{model="m"}'), 6);
  assert.equal(samples.get('gateway_cache_bytes{model="m"}'), 7);
  assert.equal(samples.get('gateway_cache_images{model="m"}'), 8);
  assert.ok((samples.get("gateway_memory_resident_bytes") ?? 0) > 1e6);
});

Deno.test("Metrics shows what a model's slots were held as it is, however often somebody looks", async () => {
  const metrics = new Metrics();
  let seconds = 0;
  metrics.addModelGauges("m", { ...MODEL_GAUGES, slotSeconds: () => seconds });
  metrics.addModelGauges("n", MODEL_GAUGES);
  for (seconds of [0, 2.5, 2.5, 4]) {
    const samples = parseMetrics(await metrics.registry.metrics());
    assert.equal(samples.get('gateway_slot_seconds_total{model="m"}'), seconds);
    assert.equal(samples.get('gateway_slot_seconds_total{model="n"}'), 1.5);
  }
});

Deno.test("Metrics observes phases in seconds", async () => {
  const metrics = new Metrics();
  metrics.observePhases("m", { body: 1500, infer: 20 });
  const samples = parseMetrics(await metrics.registry.metrics());
  assert.equal(samples.get('gateway_phase_seconds_sum{model="m",phase="body"}'), 1.5);
  assert.equal(samples.get('gateway_phase_seconds_sum{model="m",phase="infer"}'), 0.02);
  assert.equal(samples.get('gateway_phase_seconds_count{model="m",phase="infer"}'), 1);
  assert.equal(samples.get('gateway_phase_seconds_count{model="m",phase="reply"}'), undefined);
});

Deno.test("Metrics of two gateways are apart", async () => {
  const [one, other] = [new Metrics(), new Metrics()];
  one.bodyBytes.inc({ model: "m" }, 5);
  other.bodyBytes.inc({ model: "m" }, 0);
  const series = 'gateway_body_bytes_total{model="m"}';
  assert.equal(parseMetrics(await one.registry.metrics()).get(series), 5);
  assert.equal(parseMetrics(await other.registry.metrics()).get(series), 0);
});

Deno.test("Metrics has histograms whose bounds rise from above 0 to the deadline of a request", async () => {
  const metrics = new Metrics();
  metrics.requestSeconds.observe({ model: "m", route: "/embed" }, 1);
  metrics.eventLoopDelaySeconds.observe(1);
  metrics.batchImages.observe({ model: "m" }, 1);
  const bounds = new Map<string, number[]>();
  for (const series of parseMetrics(await metrics.registry.metrics()).keys()) {
    const [, name = "", bound] = /^(\w+)_bucket\{.*le="(-?[\d.]+)"/.exec(series) ?? [];
    if (bound !== undefined) bounds.set(name, [...bounds.get(name) ?? [], Number(bound)]);
  }
  assert.deepEqual([...bounds.keys()].sort(), [
    "gateway_batch_images",
    "gateway_event_loop_delay_seconds",
    "gateway_request_seconds",
  ]);
  for (const [name, rising] of bounds) {
    assert.ok(rising.every((bound, index) => bound > (rising[index - 1] ?? 0)), name);
  }
  assert.equal(bounds.get("gateway_request_seconds")?.at(-1), 10);
});
