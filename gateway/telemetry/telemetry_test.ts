import assert from "node:assert/strict";
import { parseMetrics } from "../../testing/metrics_text.ts";
import type { RequestAnswered } from "./events.ts";
import { Logger } from "./logger.ts";
import { Metrics } from "./metrics.ts";
import { MetricsAndLogs } from "./telemetry.ts";

/** What one event leaves in the metrics (samples that are not 0) and in the log. */
async function report(
  event: (telemetry: MetricsAndLogs) => void,
): Promise<{ samples: Map<string, number>; lines: Record<string, unknown>[] }> {
  const metrics = new Metrics();
  const lines: Record<string, unknown>[] = [];
  const logger = new Logger("debug", (line) => {
    const { time: _, ...rest } = JSON.parse(line);
    lines.push(rest);
  });
  event(new MetricsAndLogs(metrics, logger));
  const samples = [...parseMetrics(await metrics.registry.metrics())];
  return { samples: new Map(samples.filter(([, value]) => value !== 0)), lines };
}

const ANSWERED: RequestAnswered = {
  requestId: "r-1",
  route: "/embed",
  model: "m",
  method: "POST",
  status: 200,
  seconds: 0.02,
  bodyBytes: 1000,
  images: 2,
  phaseMs: { body: 3, infer: 5 },
};

Deno.test("requestAnswered() counts, times and logs a good request at debug", async () => {
  const { samples, lines } = await report((telemetry) => telemetry.requestAnswered(ANSWERED));
  assert.equal(samples.get('gateway_requests_total{model="m",route="/embed",code="ok"}'), 1);
  assert.equal(samples.get('gateway_request_seconds_sum{model="m",route="/embed"}'), 0.02);
  assert.equal(samples.get('gateway_phase_seconds_sum{model="m",phase="infer"}'), 0.005);
  assert.equal(samples.get('gateway_body_bytes_total{model="m"}'), 1000);
  assert.deepEqual(lines, [{ level: "debug", message: "request", ...ANSWERED }]);
});

for (
  const [status, code, level] of [
    [400, "invalid_json", "info"],
    [499, "client_closed", "info"],
    [500, "internal", "error"],
    [503, "draining", "error"],
  ] as const
) {
  Deno.test(`requestAnswered() counts ${code} by its code and logs it at ${level}`, async () => {
    const { samples, lines } = await report((telemetry) =>
      telemetry.requestAnswered({ ...ANSWERED, status, code, cause: new Error("why") })
    );
    assert.equal(samples.get(`gateway_requests_total{model="m",route="/embed",code="${code}"}`), 1);
    assert.equal(samples.has('gateway_requests_total{model="m",route="/embed",code="ok"}'), false);
    assert.equal(lines[0]?.level, level);
    assert.equal(lines[0]?.code, code);
    assert.match(String(lines[0]?.cause), /^why/);
  });
}

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

const EVENTS: readonly {
  name: string;
  event: (telemetry: MetricsAndLogs) => void;
  samples?: readonly (readonly [string, number])[];
  line?: Record<string, unknown>;
}[] = [
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
    name: "eventLoopDelayed() counts seconds and logs nothing",
    event: (telemetry) => telemetry.eventLoopDelayed(0.004),
    samples: [
      ["gateway_event_loop_delay_seconds_sum", 0.004],
      ['gateway_event_loop_delay_seconds_bucket{le="0.005"}', 1],
    ],
  },
  {
    name: "workerReplaced() counts the reason and warns",
    event: (telemetry) => telemetry.ofModel("m").workerReplaced("hung"),
    samples: [['gateway_workers_replaced_total{model="m",reason="hung"}', 1]],
    line: { level: "warn", message: "decode worker replaced", model: "m", reason: "hung" },
  },
  {
    name: "engineRestarted() counts and logs an error",
    event: (telemetry) => telemetry.ofModel("m").engineRestarted(),
    samples: [['gateway_engine_restarts_total{model="m"}', 1]],
    line: { level: "error", message: "model worker died and was started again", model: "m" },
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
    name: "started() logs where and how",
    event: (telemetry) => telemetry.started("http://127.0.0.1:1", { GATEWAY_PORT: "0" }),
    line: {
      level: "info",
      message: "listening",
      url: "http://127.0.0.1:1",
      config: { GATEWAY_PORT: "0" },
    },
  },
  {
    name: "draining() logs the signal",
    event: (telemetry) => telemetry.draining("SIGTERM"),
    line: { level: "info", message: "draining", signal: "SIGTERM" },
  },
  {
    name: "stopped() logs a clean stop",
    event: (telemetry) => telemetry.stopped(1.5, true),
    line: { level: "info", message: "stopped", seconds: 1.5, isClean: true },
  },
  {
    name: "stopped() warns when requests were cut off",
    event: (telemetry) => telemetry.stopped(15, false),
    line: { level: "warn", message: "stopped", seconds: 15, isClean: false },
  },
  {
    name: "notExact() warns that another decoder runs",
    event: (telemetry) => telemetry.ofModel("m").notExact("no FFI"),
    line: {
      level: "warn",
      message: "JPEGs are decoded by imagescript, not byte-exact",
      model: "m",
      reason: "no FFI",
    },
  },
  {
    name: "defect() logs an error with its cause",
    event: (telemetry) => telemetry.defect("listener failed", "EMFILE"),
    line: { level: "error", message: "listener failed", cause: "EMFILE" },
  },
];

for (const { name, event, samples = [], line } of EVENTS) {
  Deno.test(name, async () => {
    const { samples: found, lines } = await report(event);
    for (const [series, value] of samples) assert.equal(found.get(series), value, series);
    if (samples.length === 0) assert.deepEqual([...found], []);
    assert.deepEqual(lines, line === undefined ? [] : [line]);
  });
}

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
      reason: "not reachable",
      cause: "ECONNREFUSED",
    });
  });
  assert.deepEqual([...samples], []);
  assert.deepEqual(lines[1], {
    level: "warn",
    message: "inference server not available",
    model: "m",
    reason: "not reachable",
    cause: "ECONNREFUSED",
  });
});
