import assert from "node:assert/strict";
import { joinImages } from "./image_batch.ts";

Deno.test("joinImages() writes each image behind its length, little-endian", () => {
  const body = joinImages([Uint8Array.of(9, 8), new Uint8Array(), new Uint8Array(258).fill(7)]);
  assert.deepEqual([...body.subarray(0, 14)], [2, 0, 0, 0, 9, 8, 0, 0, 0, 0, 2, 1, 0, 0]);
  assert.equal(body.length, 3 * 4 + 2 + 258);
  assert.deepEqual(joinImages([]), new Uint8Array());
});
