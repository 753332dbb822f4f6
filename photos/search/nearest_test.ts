import assert from "node:assert/strict";
import { nearest } from "./nearest.ts";

const vectors = (...rows: [number, number][]) => ({ rows: Float32Array.from(rows.flat()), dim: 2 });

Deno.test("nearest() gives the nearest first, no more than asked for, and the first of equals", () => {
  const all = vectors([0, 1], [1, 0], [0.75, 0.5], [1, 0], [-1, 0], [0.5, 0.75]);
  const rows = (limit: number) =>
    nearest(all, Float32Array.of(1, 0), limit).map(({ row, cosine }) => [row, cosine]);
  assert.deepEqual(rows(4), [[1, 1], [3, 1], [2, 0.75], [5, 0.5]]);
  assert.deepEqual(rows(1), [[1, 1]]);
  assert.deepEqual(rows(99).map(([row]) => row), [1, 3, 2, 5, 0, 4]);
  assert.deepEqual(nearest(vectors(), Float32Array.of(1, 0), 5), []);
});
