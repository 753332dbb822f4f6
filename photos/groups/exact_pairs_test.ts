import assert from "node:assert/strict";
import { normalizeL2 } from "../../models/contract/vectors.ts";
import { seededRandom } from "../../testing/mosaic.ts";
import { exactPairs } from "./exact_pairs.ts";

const DIM = 8;

function vectors(count: number) {
  const random = seededRandom(7);
  const rows = new Float32Array(count * DIM).map(() => random() - 0.5);
  for (let row = 0; row < count; row++) normalizeL2(rows.subarray(row * DIM, (row + 1) * DIM));
  return { rows, dim: DIM };
}

interface Pair {
  readonly a: number;
  readonly b: number;
  readonly cosine: number;
}

/** All of them, one product after the other. */
function slowPairs({ rows }: { readonly rows: Float32Array }, threshold: number): Pair[] {
  const count = rows.length / DIM;
  const pairs: Pair[] = [];
  for (let a = 0; a < count; a++) {
    for (let b = a + 1; b < count; b++) {
      let cosine = 0;
      for (let at = 0; at < DIM; at++) {
        cosine += (rows[a * DIM + at] as number) * (rows[b * DIM + at] as number);
      }
      if (cosine >= threshold) pairs.push({ a, b, cosine });
    }
  }
  return pairs;
}

const order = (pairs: readonly Pair[]) => pairs.toSorted((p, q) => p.a - q.a || p.b - q.b);

for (const count of [0, 1, 2, 300, 2500]) {
  Deno.test(`exactPairs() finds every pair among ${count} vectors, whatever block they are in`, async () => {
    const all = vectors(count);
    const parts: number[] = [];
    const { pairs, floor } = await exactPairs(all, {
      threshold: 0.95,
      floor: 0.9,
      threads: 1,
      onProgress: (part) => parts.push(part),
    });
    assert.equal(floor, 0.9);
    const found = order([...pairs.cosines].map((cosine, at) => ({
      ...{ a: pairs.a[at] as number, b: pairs.b[at] as number, cosine },
    })));
    const expected = slowPairs(all, 0.9);
    assert.deepEqual(found.map(({ a, b }) => [a, b]), expected.map(({ a, b }) => [a, b]));
    found.forEach(({ cosine }, at) =>
      assert.ok(Math.abs(cosine - (expected[at]?.cosine ?? 0)) < 1e-6)
    );
    if (count > 0) assert.equal(parts.at(-1), 1);
  });
}

Deno.test("exactPairs() stops when it is told to", async () => {
  const signal = AbortSignal.abort(new Error("enough"));
  await assert.rejects(exactPairs(vectors(10), { threshold: 0, threads: 1, signal }), /enough/);
});

Deno.test("exactPairs() keeps the nearest pairs where there are too many, and says from which cosine on", async () => {
  const all = vectors(2500);
  const limits = { threshold: 0.9, floor: 0, threads: 1, pairsMax: 100_000 };
  const { pairs, floor } = await exactPairs(all, limits);
  assert.ok(floor > 0 && floor < 0.9, `${floor}`);
  const expected = slowPairs(all, floor + 1e-5).length;
  assert.ok(pairs.a.length >= expected && pairs.a.length <= expected + 20, `${pairs.a.length}`);
  await assert.rejects(exactPairs(all, { ...limits, pairsMax: 100 }), /must be higher$/);
});
