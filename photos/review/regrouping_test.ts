import assert from "node:assert/strict";
import { reviewTrial } from "../../testing/review_trial.ts";
import type { PhotoGroup } from "../groups/photo_groups.ts";
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
  const parts: number[] = [];
  const options = { ...OPTIONS, onProgress: (part: number) => parts.push(part) };
  const regrouping = await Regrouping.of(trial.library, options);
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
  assert.deepEqual([regrouping.threshold, regrouping.floor, parts.at(-1)], [0.95, 0.85, 1]);
  // They are kept in the library's folder.
  parts.length = 0;
  await Regrouping.of(trial.library, options);
  assert.deepEqual(parts, []);
});

Deno.test("Regrouping tells best shots by what is known of their pictures", async () => {
  await using trial = await reviewTrial(ANGLES);
  const seen: number[] = [];
  const qualities = (groups: readonly PhotoGroup[]) => {
    seen.push(groups.length);
    return Promise.resolve(new Map());
  };
  await Regrouping.of(trial.library, { ...OPTIONS, qualities });
  assert.deepEqual(seen, [1]);
});

Deno.test("Regrouping finds exact copies in a library without vectors", async () => {
  await using trial = await reviewTrial({ "cat.jpg": 0, "cat.jpg.2.jpg": 0 });
  const bare = `${trial.path}/bare`;
  using library = Library.open(bare);
  for (const { id: _, ...photo } of trial.library.photos.all()) library.photos.put(photo, 1);
  const regrouping = await Regrouping.of(library, OPTIONS);
  assert.equal(regrouping.groups(0.95).length, 1);
  assert.equal(regrouping.floor, 0);
});
