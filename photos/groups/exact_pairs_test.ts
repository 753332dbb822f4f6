import assert from "node:assert/strict";
import { normalizeL2 } from "../../models/contract/vectors.ts";
import { seededRandom } from "../../testing/mosaic.ts";
import { exactPairs, type Pair } from "./exact_pairs.ts";

const DIM = 8;

function vectors(count: number) {
  const random = seededRandom(7);
  const rows = new Float32Array(count * DIM).map(() => random() - 0.5);
  for (let row = 0; row < count; row++) normalizeL2(rows.subarray(row * DIM, (row + 1) * DIM));
  return { rows, dim: DIM };
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
    const found = order(
      await exactPairs(all, {
        threshold: 0.9,
        threads: 1,
        onProgress: (part) => parts.push(part),
      }),
    );
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
