import assert from "node:assert/strict";
import { groupVectors } from "./group_vectors.ts";
import { PairCollector, type PairList } from "./pair_list.ts";

/** Unit vectors of the plane, by their angles in degrees. */
function fan(...degrees: number[]) {
  const rows = Float32Array.from(
    degrees.flatMap((angle) => [Math.cos(angle * Math.PI / 180), Math.sin(angle * Math.PI / 180)]),
  );
  return { rows, dim: 2 };
}

function pairsOf(degrees: readonly number[], threshold: number): PairList {
  const collector = new PairCollector(0, threshold);
  for (const [a, angle] of degrees.entries()) {
    for (const [b, other] of degrees.entries()) {
      const cosine = Math.cos((angle - other) * Math.PI / 180);
      if (a < b && cosine >= threshold) collector.add(a, b, cosine);
    }
  }
  return collector.finish();
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

Deno.test("groupVectors() leaves out pairs that do not reach the threshold", () => {
  const degrees = [0, 4, 8, 50, 53, 200];
  const strict = Math.cos(3.5 * Math.PI / 180);
  const found = groupVectors(fan(...degrees), pairsOf(degrees, 0.5), strict);
  assert.deepEqual(found.map(({ members }) => members), [[3, 4]]);
});

Deno.test("groupVectors() makes no group of what stands alone", () => {
  assert.deepEqual(groups([0, 90, 180]), []);
});
