import assert from "node:assert/strict";
import { NO_PAIRS, PairCollector, TooManyPairs } from "./pair_list.ts";

const list = ({ a, b, cosines }: typeof NO_PAIRS) =>
  [...cosines].map((cosine, at) => [a[at], b[at], cosine]);

Deno.test("PairCollector gives the nearest first, then by rows, and each once", () => {
  const collector = new PairCollector(0.5, 0.75);
  const added = [[3, 4, 0.75], [1, 70_000, 1], [1, 2, 0.75], [0, 9, 0.25], [3, 4, 0.75]] as const;
  for (const [a, b, cosine] of [...added, [1, 3, 0.75] as const]) collector.add(a, b, cosine);
  const pairs = collector.finish();
  assert.deepEqual(list(pairs), [[1, 70_000, 1], [1, 2, 0.75], [1, 3, 0.75], [3, 4, 0.75]]);
  assert.equal(collector.floor, 0.5);
});

Deno.test("PairCollector grows as it must", () => {
  const collector = new PairCollector(0, 0);
  for (let b = 1; b <= 200_000; b++) collector.add(0, b, b / 200_000);
  const { b } = collector.finish();
  assert.deepEqual([b.length, b[0], b.at(-1)], [200_000, 200_000, 1]);
});

Deno.test("PairCollector raises its floor where there are too many, but not over the threshold", () => {
  const collector = new PairCollector(0, 0.75, 4);
  for (let b = 1; b <= 8; b++) collector.add(0, b, b / 8);
  assert.equal(collector.floor, 0.75);
  assert.deepEqual([...collector.finish().b], [8, 7, 6]);
  collector.add(0, 9, 1);
  assert.throws(() => collector.add(0, 10, 1), TooManyPairs);
});

Deno.test("PairCollector has nothing where nothing came", () => {
  assert.deepEqual(new PairCollector(0, 0).finish(), NO_PAIRS);
});
