import assert from "node:assert/strict";
import { compareResults } from "./compare.ts";
import { sampleCell, sampleResult } from "./sample_result.ts";

const resultAt = (ms: number) => sampleResult([sampleCell("gateway-raw", ms)]);

const p50 = (before: readonly number[], after: readonly number[]) =>
  compareResults(before.map(resultAt), after.map(resultAt))
    .find(({ figure }) => figure === "p50 ms");

Deno.test("compareResults() tells a change from noise", () => {
  assert.equal(p50([32], [33])?.isBeyondNoise, false);
  const change = p50([32], [26]);
  assert.deepEqual([change?.before, change?.after, change?.isBeyondNoise], [32, 26, true]);
  assert.equal(change?.ratio, 26 / 32 - 1);
});

Deno.test("compareResults() takes the spread of several runs for noise", () => {
  assert.equal(p50([25, 32, 40], [30])?.isBeyondNoise, false);
  assert.equal(p50([31, 32, 33], [27, 26, 25])?.isBeyondNoise, true);
});

Deno.test("compareResults() leaves out what only one side has", () => {
  const before = sampleResult([sampleCell("gateway-raw", 32), sampleCell("triton-grpc", 200)]);
  const cells = new Set(compareResults([before], [resultAt(32)]).map(({ cell }) => cell));
  assert.deepEqual([...cells], ["gateway-raw, batch 1, × 1"]);
});
