import assert from "node:assert/strict";
import { type EventCase, report, testEvents } from "../../testing/telemetry_report.ts";
import type { RequestAnswered } from "./events.ts";

const ANSWERED: RequestAnswered = {
  requestId: "r-1",
  route: "/embed",
  model: "m",
  method: "POST",
  status: 200,
  seconds: 0.02,
  bodyBytes: 1000,
  inputs: 2,
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
    [503, "draining", "info"],
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

Deno.test("stopped() logs first what was refused since the last line", async () => {
  const { lines } = await report((telemetry) => {
    telemetry.requestRefused({ route: "/embed", code: "overloaded" });
    telemetry.requestRefused({ route: "/embed", code: "overloaded" });
    telemetry.requestAnswered({ ...ANSWERED, status: 429, code: "overloaded", cause: "full" });
    telemetry.stopped(1, true);
  });
  const told = lines.map(({ message, requests, cause }) => [message, requests, cause]);
  assert.deepEqual(told, [
    ["requests refused", 1, undefined],
    ["requests refused", 2, "full"],
    ["stopped", undefined, undefined],
  ]);
});

const EVENTS: readonly EventCase[] = [
  {
    name: "requestRefused() counts the request, and logs how many were refused",
    event: (telemetry) => telemetry.requestRefused({ route: "/embed", code: "overloaded" }),
    samples: [['gateway_requests_total{model="",route="/embed",code="overloaded"}', 1]],
    line: {
      level: "info",
      message: "requests refused",
      route: "/embed",
      code: "overloaded",
      requests: 1,
    },
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
    name: "defect() logs an error with its cause",
    event: (telemetry) => telemetry.defect("listener failed", "EMFILE"),
    line: { level: "error", message: "listener failed", cause: "EMFILE" },
  },
];

testEvents(EVENTS);
