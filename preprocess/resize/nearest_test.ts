import assert from "node:assert/strict";
import { nearestCrop } from "./nearest.ts";

// Equality with Pillow itself stands in modes_test.ts.

Deno.test("nearestCrop() takes pixels as they are, from the middle of what they stand for", () => {
  const data = Uint8Array.from({ length: 36 }, (_, index) => index);
  const crop = nearestCrop({ width: 6, height: 6, mode: "P", data }, { size: 2, pillow: 13 });
  assert.deepEqual([...crop], [7, 10, 25, 28]);
});

Deno.test("nearestCrop() of a line of pixels does not walk along what is cut off", () => {
  const width = 20_000_000;
  const data = new Uint8Array(width).fill(1);
  data.fill(2, width / 2 - 1000, width / 2 + 1000);
  const crop = nearestCrop({ width, height: 1, mode: "P", data }, { size: 8, pillow: 13 });
  assert.ok(crop.every((level) => level === 2));
});
