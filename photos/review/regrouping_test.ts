import assert from "node:assert/strict";
import { reviewTrial } from "../../testing/review_trial.ts";
import { exactPairs, TooManyPairs } from "../groups/exact_pairs.ts";
import { Library } from "../library/library.ts";
import { Regrouping, type RegroupingOptions } from "./regrouping.ts";

const OPTIONS: RegroupingOptions = {
  threshold: 0.95,
  signal: new AbortController().signal,
  onProgress: () => {},
};
/** Cosines: cat and cat_half 0.998, cat and cat_crop 0.908, all others smaller. */
const ANGLES = { "cat.jpg": 0, "cat_half.jpg": 0.06, "cat_crop.jpg": -0.432, "coffee.jpg": 1.5 };

Deno.test("Regrouping groups at any threshold, by pairs that were found once", async () => {
  await using trial = await reviewTrial({ ...ANGLES, "coffee.jpg.2.jpg": 1.5 });
  let runs = 0;
  const regrouping = await Regrouping.of(trial.library, {
    ...OPTIONS,
    find: (...parameters) => (runs++, exactPairs(...parameters)),
  });
  const names = (threshold: number) =>
    regrouping.groups(threshold).map(({ photos, copies }) => [
      photos.map((id) => regrouping.photos.get(id)?.path),
      copies.length,
    ]);
  const copies = [["coffee.jpg", "coffee.jpg.2.jpg"], 2];
  assert.deepEqual(names(0.95), [[["cat.jpg", "cat_half.jpg"], 0], copies]);
  assert.deepEqual(names(0.88), [[["cat.jpg", "cat_crop.jpg", "cat_half.jpg"], 0], copies]);
  assert.deepEqual(names(1), [copies]);
  // Below the floor there are no pairs.
  assert.deepEqual(names(0), names(0.85));
  assert.deepEqual([regrouping.threshold, regrouping.floor, runs], [0.95, 0.85, 1]);
});

Deno.test("Regrouping goes less far down where there are too many pairs", async () => {
  await using trial = await reviewTrial(ANGLES);
  const asked: number[] = [];
  const find: typeof exactPairs = (_, { threshold }) => {
    asked.push(threshold);
    return threshold < 0.92 ? Promise.reject(new TooManyPairs()) : Promise.resolve([]);
  };
  const { floor } = await Regrouping.of(trial.library, { ...OPTIONS, find });
  assert.deepEqual([asked, floor], [[0.85, 0.9, 0.93], 0.93]);
  const never = () => Promise.reject(new TooManyPairs("too low"));
  await assert.rejects(Regrouping.of(trial.library, { ...OPTIONS, find: never }), /too low/);
});

Deno.test("Regrouping finds exact copies in a library without vectors", async () => {
  await using trial = await reviewTrial({ "cat.jpg": 0, "cat.jpg.2.jpg": 0 });
  const bare = `${trial.path}/bare`;
  using library = Library.open(bare);
  for (const { id: _, ...photo } of trial.library.photos.all()) library.photos.put(photo, 1);
  const regrouping = await Regrouping.of(library, OPTIONS);
  assert.equal(regrouping.groups(0.95).length, 1);
  assert.equal(regrouping.floor, 0.95);
});
