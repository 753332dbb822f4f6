import assert from "node:assert/strict";
import { parseMetrics } from "../../testing/metrics_text.ts";
import { Logger } from "./logger.ts";
import { Metrics } from "./metrics.ts";
import { type MetricsPart, MetricsSum } from "./metrics_sum.ts";
import { MetricsAndLogs } from "./telemetry.ts";

/** The metrics of an isolate that has answered `requests` requests and holds `slots` slots. */
function createMetrics(requests: number, slots: number) {
  const metrics = new Metrics();
  const telemetry = new MetricsAndLogs(
    metrics,
    new Logger({ logLevel: "error", logFormat: "json" }, () => {}),
  );
  const model = telemetry.ofModel("m");
  metrics.addProcessGauges({
    requestsInFlight: () => 30,
    bodyBytesInFlight: () => 40,
    pixelsInFlight: () => 50,
    memoryBytesInFlight: () => 60,
  });
  metrics.addModelGauges("m", {
    slotsInUse: () => slots,
    slotSeconds: () => slots / 2,
    slotsTotal: () => 128,
    imagesQueued: () => slots + 1,
    cacheBytes: () => slots + 2,
    cacheImages: () => slots + 3,
  });
  for (let i = 0; i < requests; i++) {
    telemetry.requestAnswered({
      ...{ requestId: "r", route: "/embed", model: "m", method: "POST", status: 200 },
      ...{ seconds: 0.02, bodyBytes: 1000, inputs: 1, phaseMs: { infer: 4, body: 1.5 } },
    });
    model.batchRan(1 + i, 0.003);
  }
  telemetry.eventLoopDelayed(0.004);
  return { metrics, telemetry, model };
}

/** What arrives of an isolate's metrics at another one. */
async function partOf({ registry }: Metrics): Promise<MetricsPart> {
  return structuredClone(await registry.getMetricsAsJSON());
}

/** The text of isolates 0, 1, … */
async function textOf(all: readonly Metrics[], sum = new MetricsSum()): Promise<string> {
  return await sum.text(new Map((await Promise.all(all.map(partOf))).entries()));
}

async function samplesOf(...all: readonly Metrics[]): Promise<Map<string, number>> {
  return parseMetrics(await textOf(all));
}

/** All but resident memory, which changes from one look to the next. */
function withoutMemory(text: string): string {
  return text.replace(/^gateway_memory_resident_bytes .*$/m, "");
}

Deno.test("MetricsSum.text() of one isolate is the text of its registry", async () => {
  const { metrics, model } = createMetrics(3, 5);
  model.imageRefused("invalid_image");
  model.upstreamChanged({
    isUp: true,
    serverVersion: '2 "\\\n',
    tensorPath: "inline",
    inlineReason: "",
  });
  const text = await textOf([metrics]);
  assert.equal(withoutMemory(text), withoutMemory(await metrics.registry.metrics()));
  assert.match(text, /^gateway_memory_resident_bytes \d{7,}$/m);
});

Deno.test("MetricsSum.text() adds up what isolates counted and observed", async () => {
  const samples = await samplesOf(createMetrics(3, 5).metrics, createMetrics(4, 6).metrics);
  assert.equal(samples.get('gateway_requests_total{model="m",route="/embed",code="ok"}'), 7);
  assert.equal(samples.get('gateway_body_bytes_total{model="m"}'), 7000);
  assert.equal(samples.get('gateway_slot_seconds_total{model="m"}'), 5.5);
  const seconds = (suffix: string) => samples.get(`gateway_request_seconds_${suffix}`);
  assert.equal(seconds('bucket{le="0.01",model="m",route="/embed"}'), 0);
  assert.equal(seconds('bucket{le="0.025",model="m",route="/embed"}'), 7);
  assert.equal(seconds('bucket{le="+Inf",model="m",route="/embed"}'), 7);
  assert.equal(seconds('count{model="m",route="/embed"}'), 7);
  assert.ok(Math.abs((seconds('sum{model="m",route="/embed"}') ?? 0) - 0.14) < 1e-12);
  assert.equal(samples.get('gateway_batch_images_bucket{le="2",model="m"}'), 4);
  assert.equal(samples.get("gateway_event_loop_delay_seconds_count"), 2);
});

Deno.test("MetricsSum.text() shows the process's numbers once, and adds up those of isolates", async () => {
  const samples = await samplesOf(createMetrics(0, 5).metrics, createMetrics(0, 6).metrics);
  assert.equal(samples.get("gateway_inflight_requests"), 30);
  assert.equal(samples.get("gateway_inflight_body_bytes"), 40);
  assert.equal(samples.get("gateway_inflight_pixels"), 50);
  const memory = samples.get("gateway_memory_resident_bytes") ?? 0;
  assert.ok(memory > 1e6 && memory < 1.5 * Deno.memoryUsage().rss);
  assert.equal(samples.get('gateway_slots_inputs{model="m"}'), 128);
  assert.equal(samples.get('gateway_slots_in_use_inputs{model="m"}'), 11);
  assert.equal(samples.get('gateway_queued_images{model="m"}'), 13);
  assert.equal(samples.get('gateway_cache_bytes{model="m"}'), 15);
  assert.equal(samples.get('gateway_cache_images{model="m"}'), 17);
});

Deno.test("MetricsSum.text() is up and ready only if every isolate is, and shows each way that tensors go", async () => {
  const [one, other] = [createMetrics(0, 0), createMetrics(0, 0)];
  const up = { isUp: true, serverVersion: "2", inlineReason: undefined } as const;
  one.model.readinessChanged(true, "");
  one.model.upstreamChanged({ ...up, tensorPath: "shared_memory" });
  let samples = await samplesOf(one.metrics, other.metrics);
  assert.equal(samples.get('gateway_ready{model="m"}'), 0);
  assert.equal(samples.get('gateway_upstream_up{model="m"}'), 0);
  other.model.readinessChanged(true, "");
  other.model.upstreamChanged({ ...up, tensorPath: "inline" });
  samples = await samplesOf(one.metrics, other.metrics);
  assert.equal(samples.get('gateway_ready{model="m"}'), 1);
  assert.equal(samples.get('gateway_upstream_up{model="m"}'), 1);
  assert.equal(samples.get('gateway_tensor_path_active{model="m",path="shared_memory"}'), 1);
  assert.equal(samples.get('gateway_tensor_path_active{model="m",path="inline"}'), 1);
});

Deno.test("MetricsSum.text() keeps the order of the series, and shows those that only some isolates have", async () => {
  const [one, other] = [createMetrics(1, 0), createMetrics(1, 0)];
  other.model.imageRefused("invalid_image");
  const text = await textOf([one.metrics, other.metrics]);
  const heads = (text: string) => text.split("\n").filter((line) => line.startsWith("# "));
  assert.deepEqual(heads(text), heads(await one.metrics.registry.metrics()));
  assert.match(
    text,
    /^gateway_images_total\{model="m",format="unknown",code="invalid_image"\} 1$/m,
  );
});

Deno.test("MetricsSum.end() keeps what an isolate had counted when last asked, and drops what held for a moment", async () => {
  const sum = new MetricsSum();
  const requests = 'gateway_requests_total{model="m",route="/embed",code="ok"}';
  const other = createMetrics(4, 6).metrics;
  await textOf([createMetrics(3, 5).metrics, other], sum);
  for (const expected of [7, 10, 13]) {
    await sum.end(0);
    const later = parseMetrics(await textOf([createMetrics(0, 2).metrics, other], sum));
    assert.equal(later.get(requests), expected);
    const seconds = 'gateway_request_seconds_count{model="m",route="/embed"}';
    assert.equal(later.get(seconds), expected);
    assert.equal(later.get('gateway_slots_in_use_inputs{model="m"}'), 8);
    const ended = (expected - 4) / 3;
    assert.equal(later.get('gateway_slot_seconds_total{model="m"}'), ended * 2.5 + 1 + 3);
    await textOf([createMetrics(3, 5).metrics, other], sum);
  }
});

Deno.test("MetricsSum.end() of an isolate that nobody asked changes nothing", async () => {
  const sum = new MetricsSum();
  const { metrics } = createMetrics(3, 5);
  await sum.end(1);
  assert.equal(withoutMemory(await textOf([metrics], sum)), withoutMemory(await textOf([metrics])));
});
