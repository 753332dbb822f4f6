import assert from "node:assert/strict";
import { type EventCase, report, testEvents } from "../../testing/telemetry_report.ts";

Deno.test("cacheAsked() counts how the cache answered, cacheEvicted() what made room", async () => {
  const { samples, lines } = await report((telemetry) => {
    for (const result of ["hit", "shared", "miss", "hit"] as const) {
      telemetry.ofModel("m").cacheAsked(result);
    }
    telemetry.ofModel("m").cacheEvicted();
  });
  assert.equal(samples.get('gateway_cache_lookups_total{model="m",result="hit"}'), 2);
  assert.equal(samples.get('gateway_cache_lookups_total{model="m",result="shared"}'), 1);
  assert.equal(samples.get('gateway_cache_lookups_total{model="m",result="miss"}'), 1);
  assert.equal(samples.get('gateway_cache_evictions_total{model="m"}'), 1);
  assert.deepEqual(lines, []);
});

Deno.test("cacheCleared() says so in the log", async () => {
  const { lines } = await report((telemetry) => telemetry.ofModel("m").cacheCleared(7));
  const message = "cache cleared as the model may be another one";
  assert.deepEqual(lines, [{ level: "info", message, model: "m", images: 7 }]);
});

Deno.test("imagePreprocessed() counts the image, its pixels and the time of its stages", async () => {
  const { samples, lines } = await report((telemetry) =>
    telemetry.ofModel("m").imagePreprocessed({
      format: "jpeg",
      pixels: 300,
      decodeMs: 2000,
      resizeMs: 1000,
      writeMs: 500,
    })
  );
  assert.equal(samples.get('gateway_images_total{model="m",format="jpeg",code="ok"}'), 1);
  assert.equal(samples.get('gateway_image_pixels_total{model="m"}'), 300);
  assert.equal(samples.get('gateway_image_stage_seconds_sum{model="m",stage="decode"}'), 2);
  assert.equal(samples.get('gateway_image_stage_seconds_sum{model="m",stage="resize"}'), 1);
  assert.equal(samples.get('gateway_image_stage_seconds_sum{model="m",stage="write"}'), 0.5);
  assert.deepEqual(lines, []);
});

Deno.test("textTokenized() counts texts and those that were truncated, textRefused() by code", async () => {
  const { samples, lines } = await report((telemetry) => {
    telemetry.ofModel("m").textTokenized(false);
    telemetry.ofModel("m").textTokenized(true);
    telemetry.ofModel("m").textRefused("invalid_text");
  });
  assert.equal(samples.get('gateway_texts_total{model="m",code="ok"}'), 2);
  assert.equal(samples.get('gateway_texts_total{model="m",code="invalid_text"}'), 1);
  assert.equal(samples.get('gateway_texts_truncated_total{model="m"}'), 1);
  assert.deepEqual(lines, []);
});

Deno.test("readinessChanged() clears the gauge and warns", async () => {
  const { samples, lines } = await report((telemetry) => {
    telemetry.ofModel("m").readinessChanged(true, "canary");
    telemetry.ofModel("m").readinessChanged(false, "draining");
  });
  assert.equal(samples.has('gateway_ready{model="m"}'), false);
  assert.deepEqual(lines[1], {
    level: "warn",
    message: "not ready",
    model: "m",
    reason: "draining",
  });
});

Deno.test("upstreamChanged() warns when the server is gone, and no way is active then", async () => {
  const { samples, lines } = await report((telemetry) => {
    const server = { serverVersion: "2.60.0", inlineReason: undefined } as const;
    telemetry.ofModel("m").upstreamChanged({ isUp: true, tensorPath: "shared_memory", ...server });
    telemetry.ofModel("m").upstreamChanged({
      isUp: false,
      url: "http://triton:8001",
      reason: "not reachable",
      cause: "ECONNREFUSED",
    });
  });
  assert.deepEqual([...samples], []);
  assert.deepEqual(lines[1], {
    level: "warn",
    message: "inference server not available",
    model: "m",
    url: "http://triton:8001",
    reason: "not reachable",
    cause: "ECONNREFUSED",
  });
});

const EVENTS: readonly EventCase[] = [
  {
    name: "imageRefused() counts the code and logs nothing",
    event: (telemetry) => telemetry.ofModel("m").imageRefused("invalid_image"),
    samples: [['gateway_images_total{model="m",format="unknown",code="invalid_image"}', 1]],
  },
  {
    name: "batchRan() counts images and seconds and logs nothing",
    event: (telemetry) => telemetry.ofModel("m").batchRan(8, 0.25),
    samples: [['gateway_batch_images_sum{model="m"}', 8], [
      'gateway_batch_seconds_sum{model="m"}',
      0.25,
    ]],
  },
  {
    name: "workerReplaced() counts the reason and warns",
    event: (telemetry) => telemetry.ofModel("m").workerReplaced("hung"),
    samples: [['gateway_workers_replaced_total{model="m",reason="hung"}', 1]],
    line: { level: "warn", message: "decode worker replaced", model: "m", reason: "hung" },
  },
  {
    name: "engineRestarted() counts and logs an error",
    event: (telemetry) => telemetry.ofModel("m").engineRestarted("why"),
    samples: [['gateway_engine_restarts_total{model="m"}', 1]],
    line: {
      level: "error",
      message: "model worker died and was started again",
      model: "m",
      reason: "why",
    },
  },
  {
    name: "upstreamChanged() says that the server is there and which way tensors go",
    event: (telemetry) =>
      telemetry.ofModel("m").upstreamChanged({
        isUp: true,
        serverVersion: "2.60.0",
        tensorPath: "inline",
        inlineReason: "another machine",
      }),
    samples: [
      ['gateway_upstream_up{model="m"}', 1],
      ['gateway_tensor_path_active{model="m",path="inline"}', 1],
    ],
    line: {
      level: "info",
      message: "inference server connected",
      model: "m",
      serverVersion: "2.60.0",
      tensorPath: "inline",
      inlineReason: "another machine",
    },
  },
  {
    name: "canaryRan() logs a good one at debug",
    event: (telemetry) => telemetry.ofModel("m").canaryRan("ok"),
    samples: [['gateway_canaries_total{model="m",result="ok"}', 1]],
    line: { level: "debug", message: "canary", model: "m", result: "ok" },
  },
  {
    name: "canaryRan() warns of a failed one and says why",
    event: (telemetry) => telemetry.ofModel("m").canaryRan("failed", "internal: x"),
    samples: [['gateway_canaries_total{model="m",result="failed"}', 1]],
    line: { level: "warn", message: "canary", model: "m", result: "failed", detail: "internal: x" },
  },
  {
    name: "readinessChanged() sets the gauge and logs",
    event: (telemetry) => telemetry.ofModel("m").readinessChanged(true, "canary"),
    samples: [['gateway_ready{model="m"}', 1]],
    line: { level: "info", message: "ready", model: "m", reason: "canary" },
  },
  {
    name: "decodesPortably() says which decoder runs, and why",
    event: (telemetry) => telemetry.ofModel("m").decodesPortably("no FFI"),
    line: {
      level: "info",
      message: "JPEGs are decoded in WebAssembly, slower and without CMYK",
      model: "m",
      reason: "no FFI",
    },
  },
];

testEvents(EVENTS);
