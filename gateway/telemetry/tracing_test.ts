/** Traces of a gateway as operators run it: own process, narrow grants, fence up, several isolates. */
import assert from "node:assert/strict";
import { startChild } from "../../testing/child_gateway.ts";
import { testFile } from "../../testing/harness.ts";
import { postJpeg, status } from "../../testing/requests.ts";
import { TraceCollector } from "../../testing/trace_collector.ts";

const CAT = await testFile("photos/cat.jpg");
const TRACE = "0af7651916cd43dd8448eb211c80319c";
const SPAN = "b7ad6b7169203331";
const STEPS = "admission body parse header slot batch preprocess infer reply".split(" ");

const tracedBy = (collector: TraceCollector) => ({
  GATEWAY_ISOLATES: "2",
  GATEWAY_LOG_LEVEL: "debug",
  OTEL_DENO: "true",
  OTEL_DENO_METRICS: "false",
  OTEL_DENO_CONSOLE: "ignore",
  OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
  OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
  OTEL_BSP_SCHEDULE_DELAY: "50",
});

const postTraced = (traceparent: string) => ({
  ...postJpeg(CAT),
  headers: { "content-type": "image/jpeg", "x-request-id": "mine", traceparent },
});

Deno.test("a request's steps are spans below Deno's, which is its caller's child", async () => {
  await using collector = new TraceCollector();
  await using gateway = await startChild({ env: tracedBy(collector) });
  const url = `${gateway.url}/embed`;
  assert.equal(await status(fetch(url, postTraced(`00-${TRACE}-${SPAN}-01`))), 200);
  const spans = await collector.spansOf(TRACE, STEPS.length + 1);
  const server = spans.find(({ parentSpanId }) => parentSpanId === SPAN);
  assert.equal(server?.name, "POST /embed");
  assert.deepEqual(
    ["http.route", "gateway.request_id", "gateway.model"].map((key) => server?.attributes[key]),
    ["/embed", "mine", "dct_512"],
  );
  const steps = spans.filter(({ parentSpanId }) => parentSpanId === server?.spanId);
  steps.sort((a, b) => a.startMs - b.startMs);
  assert.deepEqual(steps.map(({ name }) => name).toSorted(), STEPS.toSorted());
  // The two clocks may be a rounding apart.
  for (const { name, startMs, endMs } of steps) {
    assert.ok(startMs <= endMs, name);
    assert.ok(startMs > (server?.startMs ?? NaN) - 3 && endMs < (server?.endMs ?? NaN) + 3, name);
  }
  const order = steps.map(({ name }) => name).filter((name) => name !== "batch");
  assert.deepEqual(order, STEPS.filter((name) => name !== "batch"));
});

Deno.test("a trace that its caller does not record has no steps, and an error its code", async () => {
  await using collector = new TraceCollector();
  await using gateway = await startChild({ env: tracedBy(collector) });
  const url = `${gateway.url}/embed`;
  assert.equal(await status(fetch(url, postTraced(`00-${TRACE}-${SPAN}-00`))), 200);
  const next = `1${TRACE.slice(1)}`;
  const wrong = postTraced(`00-${next}-${SPAN}-01`);
  assert.equal(await status(fetch(url, { ...wrong, body: CAT.slice(0, 900) })), 422);
  const failed = await collector.spansOf(next, 5);
  const server = failed.find(({ parentSpanId }) => parentSpanId === SPAN);
  assert.equal(server?.attributes["error.type"], "invalid_image");
  // Sent together with the later ones, or before.
  assert.ok((await collector.spansOf(TRACE, 0)).every(({ name }) => name === "POST"));
});

Deno.test("a trace's id is in the line of its request, with spans and without", async () => {
  await using collector = new TraceCollector();
  for (const env of [tracedBy(collector), { GATEWAY_LOG_LEVEL: "debug" }]) {
    await using gateway = await startChild({ env });
    const logged = gateway.logged("request");
    const init = postTraced(`00-${TRACE}-${SPAN}-01`);
    assert.equal(await status(fetch(`${gateway.url}/embed`, init)), 200);
    assert.equal((await logged).trace_id, TRACE);
  }
});
