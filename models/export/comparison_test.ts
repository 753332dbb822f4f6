import assert from "node:assert/strict";
import { compareEmbeddings } from "./comparison.ts";

Deno.test("compareEmbeddings() compares directions, not lengths", () => {
  const { cosine, maxDifference } = compareEmbeddings(
    new Float32Array([3, 4]),
    new Float32Array([8, 6]),
  );
  assert.ok(Math.abs(cosine - 0.96) < 1e-12);
  assert.ok(Math.abs(maxDifference - 0.2) < 1e-12);
  const same = compareEmbeddings(new Float32Array([1, 2]), new Float32Array([2, 4]));
  assert.ok(same.cosine > 1 - 1e-12 && same.maxDifference < 1e-12);
});

Deno.test("compareEmbeddings() refuses embeddings of two lengths", () => {
  assert.throws(() => compareEmbeddings(new Float32Array(2), new Float32Array(3)), {
    name: "RangeError",
    message: "Cannot compare embeddings of 2 and 3 elements",
  });
});
