import assert from "node:assert/strict";
import { referenceLoopMs, xorshift } from "./reference_loop.ts";

Deno.test("xorshift() does every step", () => {
  // George Marsaglia, Xorshift RNGs, 2003: 13, 17, 5 from 1.
  assert.deepEqual([1, 2, 3].map((steps) => xorshift(steps)), [270369, 67634689, -1647531835]);
});

Deno.test("referenceLoopMs() is the median", () => {
  const times = [0, 9, 10, 11, 20, 25, 30, 33, 40, 100];
  assert.equal(referenceLoopMs(() => times.shift() ?? NaN), 5);
});
