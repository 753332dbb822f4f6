import assert from "node:assert/strict";
import { plantedVectors } from "../../testing/grouping/planted_vectors.ts";
import { approximatePairs } from "./approximate_pairs.ts";
import { exactPairs } from "./exact_pairs.ts";
import type { PairList, Vectors } from "./pair_list.ts";

const ORDER = { threshold: 0.95, threads: 1 };

const keys = ({ a, b, cosines }: PairList) =>
  new Map([...cosines].map((cosine, at) => [`${a[at]} ${b[at]}`, cosine]));

Deno.test("approximatePairs() finds nearly all pairs, with their exact cosines, and none else", async () => {
  const all = plantedVectors(4000, 128);
  const parts: number[] = [];
  const order = { ...ORDER, floor: 0.93, onProgress: (part: number) => parts.push(part) };
  const { pairs, floor } = await approximatePairs(all, order);
  const [found, expected] = [keys(pairs), keys((await exactPairs(all, order)).pairs)];
  assert.equal(floor, 0.93);
  assert.ok(expected.size > 500, `${expected.size}`);
  const common = [...expected.keys()].filter((key) => found.has(key));
  assert.ok(common.length >= 0.995 * expected.size, `${common.length} of ${expected.size}`);
  for (const [key, cosine] of found) {
    assert.ok(Math.abs(cosine - (expected.get(key) ?? cosine)) < 1e-6, key);
    assert.ok(cosine >= 0.93, key);
  }
  assert.equal(parts.at(-1), 1);
});

/** So many vectors that are all near, among as many that are not. */
function burst(count: number): Vectors {
  const dim = 64;
  const rows = plantedVectors(2 * count, dim, 5).rows;
  for (let row = 0; row < count; row++) {
    const own = rows.subarray(row * dim, (row + 1) * dim).fill(0);
    own[0] = Math.cos(0.1);
    own[1 + row % (dim - 1)] = Math.sin(0.1) * (row % 2 === 0 ? 1 : -1);
  }
  return { rows, dim };
}

Deno.test("approximatePairs() asks again for those with more neighbours than it asked for", async () => {
  const all = burst(100);
  const pairs = keys((await approximatePairs(all, ORDER)).pairs);
  const ofBurst = [...pairs.keys()].filter((key) =>
    key.split(" ").every((row) => Number(row) < 100)
  );
  assert.ok(ofBurst.length >= 0.995 * (100 * 99) / 2, `${ofBurst.length}`);
});

Deno.test("approximatePairs() has no pairs of one vector, or of none, and stops when it is told to", async () => {
  for (const count of [0, 1]) {
    const { pairs } = await approximatePairs(plantedVectors(count, 64), ORDER);
    assert.equal(pairs.a.length, 0);
  }
  const signal = AbortSignal.abort(new Error("enough"));
  await assert.rejects(approximatePairs(burst(10), { ...ORDER, signal }), /enough/);
});
