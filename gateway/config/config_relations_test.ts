import assert from "node:assert/strict";
import { parseConfig } from "./config.ts";

function problems(env: Record<string, string>): readonly string[] {
  return parseConfig(env).problems;
}

Deno.test("parseConfig() refuses limits that contradict each other", () => {
  const contradictions: [Record<string, string>, RegExp][] = [
    [
      { GATEWAY_IMAGE_BYTES_MAX: "30000", GATEWAY_BODY_BYTES_MAX: "41023" },
      /must be ≥ 41024: GATEWAY_BODY_BYTES_MAX is 41023, GATEWAY_IMAGE_BYTES_MAX is 30000$/,
    ],
    [
      { GATEWAY_SLOTS: "31" },
      /REQUEST_IMAGES_MAX must be ≤ GATEWAY_SLOTS: .* is 32, GATEWAY_SLOTS is 31$/,
    ],
    [{ GATEWAY_INFLIGHT_PIXELS_MAX: "24999999" }, /IMAGE_PIXELS_MAX must be ≤ .*INFLIGHT_PIXELS/],
    [
      { GATEWAY_INFLIGHT_BYTES_MAX: "33554431" },
      /BODY_BYTES_MAX must be ≤ .*INFLIGHT_BYTES_MAX: .* is 33554431$/,
    ],
    [
      { GATEWAY_UPLOAD_TIMEOUT_MS: "4999" },
      /BODY_TIMEOUT_MS must be ≤ GATEWAY_UPLOAD_TIMEOUT_MS: .* is 4999$/,
    ],
    [
      { GATEWAY_REQUEST_TIMEOUT_MS: "4999" },
      /IMAGE_TIMEOUT_MS must be ≤ GATEWAY_REQUEST_TIMEOUT_MS: .* is 4999$/,
    ],
    [
      { GATEWAY_MEMORY_BYTES_MAX: "67108863" },
      /MEMORY_BYTES_MAX must be 0 or ≥ 2 × GATEWAY_BODY_BYTES_MAX: .* is 33554432$/,
    ],
    [
      { GATEWAY_CACHE_BYTES: "1048575" },
      /CACHE_BYTES must be 0 or ≥ 1048576: GATEWAY_CACHE_BYTES is 1048575$/,
    ],
  ];
  for (const [env, message] of contradictions) {
    const [problem, ...others] = problems(env);
    assert.match(problem ?? "none", message);
    assert.deepEqual(others, []);
  }
});

Deno.test("parseConfig() allows limits that just agree", () => {
  const agreeing: Record<string, string>[] = [
    { GATEWAY_IMAGE_BYTES_MAX: "30000", GATEWAY_BODY_BYTES_MAX: "41024" },
    { GATEWAY_SLOTS: "32" },
    { GATEWAY_INFLIGHT_PIXELS_MAX: "25000000" },
    { GATEWAY_INFLIGHT_BYTES_MAX: "33554432" },
    { GATEWAY_REQUEST_TIMEOUT_MS: "5000" },
    { GATEWAY_UPLOAD_TIMEOUT_MS: "5000" },
    { GATEWAY_MEMORY_BYTES_MAX: "67108864" },
    { GATEWAY_CACHE_BYTES: "1048576" },
  ];
  for (const env of agreeing) assert.deepEqual(problems(env), [], JSON.stringify(env));
});

Deno.test("parseConfig() judges relations by defaults where a value is bad", () => {
  assert.deepEqual(problems({ GATEWAY_SLOTS: "none" }), [
    "GATEWAY_SLOTS must be an integer from 1 to 4096: current value is none",
  ]);
});
