import assert from "node:assert/strict";
import { quantizeColumns } from "./quantize.ts";

Deno.test("quantizeColumns() uses the whole range of each column", () => {
  const { values, scales } = quantizeColumns(new Float32Array([63, -1, 0, -6.4, 0.51, 0]), 3);
  assert.deepEqual(values, new Int8Array([63, -63, 0, -6, 32, 0]));
  assert.deepEqual(scales, new Float32Array([1, 1 / 63, 0]));
});

Deno.test("quantizeColumns() is off by half a step at most, and never beyond 63", () => {
  const matrix = Float32Array.from({ length: 40 * 50 }, (_, index) => Math.sin(index) * index);
  const { values, scales } = quantizeColumns(matrix, 50);
  matrix.forEach((element, index) => {
    const [value, scale] = [values[index] as number, scales[index % 50] as number];
    assert.ok(Math.abs(value) <= 63);
    assert.ok(Math.abs(element - value * scale) <= scale * 0.50001, `${index}`);
  });
});
