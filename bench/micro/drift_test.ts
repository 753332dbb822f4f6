import assert from "node:assert/strict";
import { levelDrift } from "./drift.ts";

Deno.test("levelDrift() has mean, maximum and PSNR of the differences", () => {
  const drift = levelDrift(Uint8Array.of(10, 20, 30, 40), Uint8Array.of(10, 22, 27, 40));
  assert.deepEqual([drift.mean, drift.max], [1.25, 3]);
  assert.ok(Math.abs(drift.psnr - 43.01) < 0.01, `${drift.psnr}`);
  const none = levelDrift(Uint8Array.of(1), Uint8Array.of(1));
  assert.deepEqual(none, { mean: 0, max: 0, psnr: Infinity });
});
