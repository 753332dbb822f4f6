import assert from "node:assert/strict";
import { divideByAlpha, dropAlpha, premultiply } from "./alpha.ts";

// Equality with Pillow itself stands in modes_test.ts.

Deno.test("premultiply() rounds, leaves the opaque alone and empties the transparent", () => {
  const pixels = Uint8Array.of(9, 8, 7, 255, 200, 100, 3, 128, 50, 60, 70, 0);
  premultiply(pixels);
  assert.deepEqual([...pixels], [9, 8, 7, 255, 100, 50, 2, 128, 0, 0, 0, 0]);
});

Deno.test("divideByAlpha() cuts fractions off and stops at white", () => {
  const rgb = new Uint8Array(9);
  divideByAlpha(Uint8Array.of(100, 50, 2, 128, 90, 10, 3, 20, 5, 6, 7, 0), rgb);
  assert.deepEqual([...rgb], [199, 99, 3, 255, 127, 38, 5, 6, 7]);
});

Deno.test("dropAlpha() leaves colours as they are", () => {
  const rgb = new Uint8Array(6);
  dropAlpha(Uint8Array.of(1, 2, 3, 0, 4, 5, 6, 9), rgb);
  assert.deepEqual([...rgb], [1, 2, 3, 4, 5, 6]);
});
