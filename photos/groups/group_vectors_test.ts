import assert from "node:assert/strict";
import type { Pair } from "./exact_pairs.ts";
import { groupVectors } from "./group_vectors.ts";

/** Unit vectors of the plane, by their angles in degrees. */
function fan(...degrees: number[]) {
  const rows = Float32Array.from(
    degrees.flatMap((angle) => [Math.cos(angle * Math.PI / 180), Math.sin(angle * Math.PI / 180)]),
  );
  return { rows, dim: 2 };
}

function pairsOf(degrees: readonly number[], threshold: number): Pair[] {
  return degrees.flatMap((angle, a) =>
    degrees.slice(a + 1).map((other, more) => ({
      a,
      b: a + 1 + more,
      cosine: Math.cos((angle - other) * Math.PI / 180),
    }))
  ).filter(({ cosine }) => cosine >= threshold);
}

function groups(degrees: readonly number[], threshold = Math.cos(5 * Math.PI / 180)) {
  return groupVectors(fan(...degrees), pairsOf(degrees, threshold), threshold)
    .map(({ members }) => members);
}

Deno.test("groupVectors() joins what is near, directly or through others", () => {
  assert.deepEqual(groups([0, 90, 3, 91, 180, 6]), [[0, 2, 5], [1, 3]]);
});

Deno.test("groupVectors() does not follow a chain whose end is far from its begin", () => {
  const chain = Array.from({ length: 40 }, (_, at) => at * 4);
  const found = groups(chain);
  const spread = (members: readonly number[]) => ((members.at(-1) ?? 0) - (members[0] ?? 0)) * 4;
  assert.ok(found.length >= 4, JSON.stringify(found));
  assert.ok(Math.max(...found.map(spread)) <= 40, JSON.stringify(found));
});

Deno.test("groupVectors() tells the weakest of the links that made a group", () => {
  const degrees = [0, 1, 4];
  const [group] = groupVectors(fan(...degrees), pairsOf(degrees, 0.9), 0.9);
  assert.ok(Math.abs((group?.weakestLink ?? 0) - Math.cos(3 * Math.PI / 180)) < 1e-6);
});

Deno.test("groupVectors() gives the same groups in whatever order the pairs come", () => {
  const degrees = [0, 4, 8, 12, 50, 53, 57, 200];
  const pairs = pairsOf(degrees, 0.99);
  const forward = groupVectors(fan(...degrees), pairs, 0.99);
  assert.deepEqual(groupVectors(fan(...degrees), pairs.toReversed(), 0.99), forward);
});

Deno.test("groupVectors() makes no group of what stands alone", () => {
  assert.deepEqual(groups([0, 90, 180]), []);
});
