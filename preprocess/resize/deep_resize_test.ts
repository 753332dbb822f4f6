import assert from "node:assert/strict";
import { deepCrop } from "./deep_resize.ts";

const SETTINGS = { size: 2, pillow: 13 } as const;

// Equality with Pillow itself stands in modes_test.ts.

Deno.test("deepCrop() clips samples, and reads them wherever they lie", () => {
  const bytes = new Uint8Array(9);
  bytes.set(new Uint8Array(Uint16Array.of(7, 255, 256, 65_535).buffer), 1);
  const image = { width: 2, height: 2, mode: "I;16", data: bytes.subarray(1) } as const;
  assert.deepEqual([...deepCrop(image, SETTINGS)], [7, 255, 255, 255]);
});

Deno.test("deepCrop() cuts the fractions of floats off, and takes what is no number for 0", () => {
  const data = new Uint8Array(Float32Array.of(-1, 0.9, 254.9, NaN).buffer);
  assert.deepEqual([...deepCrop({ width: 2, height: 2, mode: "F", data }, SETTINGS)], [
    0,
    0,
    254,
    0,
  ]);
});
