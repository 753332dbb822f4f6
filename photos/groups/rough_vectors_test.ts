import assert from "node:assert/strict";
import { plantedVectors } from "../../testing/grouping/planted_vectors.ts";
import type { Vectors } from "./pair_list.ts";
import { flattening, leastProduct, LEFT_ZERO, roughBlock } from "./rough_vectors.ts";

const COUNT = 60;

/** Vectors with one element that is large in all of them, as towers give them. */
function lopsided(dim: number): Vectors {
  const { rows } = plantedVectors(COUNT, dim, 3);
  for (let row = 0; row < COUNT; row++) {
    const own = rows.subarray(row * dim, (row + 1) * dim);
    own.forEach((value, at) => own[at] = (at === 5 ? 0.75 : 0) + 0.66 * value);
    const length = Math.hypot(...own);
    own.forEach((value, at) => own[at] = value / length);
  }
  return { rows, dim };
}

// Of few elements, errors do not cancel one another out, so that the bound is nearly reached.
for (const dim of [2, 3, 63, 512]) {
  Deno.test(`leastProduct() is reached by every pair of ${dim} elements whose cosine is the floor`, () => {
    const vectors = lopsided(dim);
    const block = roughBlock(vectors, flattening(vectors));
    const { left, right, leftRoughness, rightRoughness } = block;
    let slack = Infinity;
    for (let a = 0; a < COUNT; a++) {
      for (let b = 0; b < COUNT; b++) {
        let [cosine, product] = [0, 0];
        for (let at = 0; at < dim; at++) {
          const [first, second] = [vectors.rows[a * dim + at], vectors.rows[b * dim + at]];
          cosine += (first as number) * (second as number);
          product += ((left[a * dim + at] as number) - LEFT_ZERO) *
            (right[at * COUNT + b] as number);
        }
        const least = leastProduct(cosine, leftRoughness, rightRoughness);
        assert.ok(product >= least, `${product} and ${least}`);
        slack = Math.min(slack, product - least);
      }
    }
    if (dim < 63) return;
    assert.ok(leftRoughness.error < 0.02 && rightRoughness.error < 0.04, "elements are not alike");
    assert.ok(slack * leftRoughness.step * rightRoughness.step < 0.06, "the bound is loose");
  });
}

Deno.test("roughBlock() keeps the right side within 7 bits, and makes zeros of zeros", () => {
  const vectors = lopsided(64);
  const { left, right } = roughBlock(vectors, flattening(vectors));
  assert.equal(Math.max(...right.map(Math.abs)), 63);
  assert.ok(Math.min(...left) >= 1);
  const zeros = { rows: new Float32Array(8), dim: 4 };
  const rough = roughBlock(zeros, flattening(zeros));
  assert.deepEqual([...rough.left, ...rough.right], [
    ...Array(8).fill(LEFT_ZERO),
    ...Array(8).fill(0),
  ]);
});
