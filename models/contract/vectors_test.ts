import assert from "node:assert/strict";
import fc from "../../testing/fast_check.ts";
import { compareEmbeddings, cosine, normalizeL2 } from "./vectors.ts";

const embedding = fc.float32Array({
  minLength: 1,
  maxLength: 64,
  noNaN: true,
  noDefaultInfinity: true,
})
  .filter((values) => values.some((value) => Math.abs(value) > 1e-30));

function length(values: Float32Array): number {
  return Math.hypot(...values);
}

Deno.test("normalizeL2() makes any embedding 1 long, the largest and smallest numbers too", () => {
  fc.assert(fc.property(embedding, (values) => {
    assert.ok(Math.abs(length(normalizeL2(values)) - 1) < 1e-6);
  }));
});

Deno.test("normalizeL2() keeps the direction", () => {
  fc.assert(fc.property(embedding, (values) => {
    assert.ok(Math.abs(cosine(values, normalizeL2(values.slice())) - 1) < 1e-6);
  }));
  assert.deepEqual(normalizeL2(Float32Array.of(-3, 4)), Float32Array.of(-0.6, 0.8));
});

Deno.test("normalizeL2() works in place, on no more than the view it is given", () => {
  const batch = Float32Array.of(7, 3, 4, 7);
  const row = batch.subarray(1, 3);
  assert.ok(normalizeL2(row) === row);
  assert.deepEqual(batch, Float32Array.of(7, 0.6, 0.8, 7));
});

Deno.test("normalizeL2() leaves zeros as they are", () => {
  assert.deepEqual(normalizeL2(new Float32Array(3)), new Float32Array(3));
});

Deno.test("cosine() is 1 for one direction, -1 for opposite ones and 0 for right angles and zeros", () => {
  const a = Float32Array.of(1, 2);
  assert.ok(Math.abs(cosine(a, Float32Array.of(10, 20)) - 1) < 1e-12);
  assert.ok(Math.abs(cosine(a, Float32Array.of(-1, -2)) + 1) < 1e-12);
  assert.equal(cosine(a, Float32Array.of(-2, 1)), 0);
  assert.equal(cosine(a, new Float32Array(2)), 0);
});

Deno.test("cosine() stays within -1 and 1 and does not mind the order", () => {
  const pairs = fc.integer({ min: 1, max: 32 }).chain((size) => {
    const side = fc.float32Array({
      minLength: size,
      maxLength: size,
      noNaN: true,
      min: -9,
      max: 9,
    });
    return fc.tuple(side, side);
  });
  fc.assert(fc.property(pairs, ([a, b]) => {
    const value = cosine(a, b);
    assert.ok(Math.abs(value) <= 1 + 1e-9);
    assert.equal(cosine(b, a), value);
  }));
});

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
