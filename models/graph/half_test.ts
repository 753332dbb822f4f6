import assert from "node:assert/strict";
import { roundToHalf } from "./half.ts";

Deno.test("roundToHalf() rounds to the nearest, a tie to the even one", () => {
  const step = 2 ** -10;
  const cases: [number, number][] = [
    [1 + step * 0.49, 1],
    [1 + step * 0.5, 1],
    [1 + step * 0.51, 1 + step],
    [1 + step * 1.5, 1 + step * 2],
    [-1 - step * 0.5, -1],
    [2 ** -24, 2 ** -24],
    [2 ** -25, 0],
    [2 ** -25 * 1.01, 2 ** -24],
    [65519, 65504],
  ];
  const halves = roundToHalf("w", Float32Array.from(cases, ([value]) => value));
  assert.deepEqual([...halves], cases.map(([, expected]) => expected));
});

for (const value of [65520, -70000, Infinity, NaN]) {
  Deno.test(`roundToHalf() rejects ${value}`, () => {
    assert.throws(() => roundToHalf("proj.weight", new Float32Array([1, value])), {
      name: "RangeError",
      message:
        `Cannot round proj.weight to FP16: magnitudes must be ≤ 65504: current value is ${value}`,
    });
  });
}
