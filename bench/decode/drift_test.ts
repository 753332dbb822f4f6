import assert from "node:assert/strict";
import { directionDrift, levelDrift } from "./drift.ts";

Deno.test("levelDrift() has mean, maximum and PSNR of the differences", () => {
  const drift = levelDrift(Uint8Array.of(10, 20, 30, 40), Uint8Array.of(10, 22, 27, 40));
  assert.deepEqual([drift.mean, drift.max], [1.25, 3]);
  assert.ok(Math.abs(drift.psnr - 43.01) < 0.01, `${drift.psnr}`);
  const none = levelDrift(Uint8Array.of(1), Uint8Array.of(1));
  assert.deepEqual(none, { mean: 0, max: 0, psnr: Infinity });
});

Deno.test("directionDrift() is 1 − cosine, whatever the lengths", () => {
  assert.equal(directionDrift(Float32Array.of(3, 4), Float32Array.of(6, 8)), 0);
  assert.ok(Math.abs(directionDrift(Float32Array.of(1, 0), Float32Array.of(0, 5)) - 1) < 1e-12);
  assert.ok(Math.abs(directionDrift(Float32Array.of(1, 0), Float32Array.of(-2, 0)) - 2) < 1e-12);
});
