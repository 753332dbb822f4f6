import assert from "node:assert/strict";
import { reviewTrial } from "../../testing/review_trial.ts";
import { DecisionLog } from "./decision_log.ts";

async function logTrial() {
  const trial = await reviewTrial({ "cat.jpg": 0, "cat_half.jpg": 0.1, "coffee.jpg": 2 });
  const photos = new Map([...trial.library.photos.all()].map((photo) => [photo.id, photo]));
  const [cat, half, coffee] = ["cat.jpg", "cat_half.jpg", "coffee.jpg"].map(trial.idOf) as [
    number,
    number,
    number,
  ];
  return { trial, log: new DecisionLog(trial.library, photos), cat, half, coffee };
}

Deno.test("DecisionLog keeps decisions at once, with the group they were made in", async () => {
  const { trial, log, cat, half } = await logTrial();
  await using _ = trial;
  assert.deepEqual(log.decide([cat, half], [[half, "trash"]]), [[cat, null], [half, "trash"]]);
  assert.deepEqual(trial.library.decisions.of("cat_half.jpg")?.group, ["cat.jpg", "cat_half.jpg"]);
  log.decide([cat, half], [[half, null], [cat, "keep"]]);
  assert.deepEqual(log.all(), [[cat, "keep"]]);
});

Deno.test("DecisionLog.undo() takes decisions back, the last one first, each as a whole", async () => {
  const { trial, log, cat, half } = await logTrial();
  await using _ = trial;
  log.decide([cat, half], [[cat, "trash"]]);
  log.decide([cat, half], [[cat, "keep"], [half, "trash"]]);
  assert.deepEqual(log.undo(), [[cat, "trash"], [half, null]]);
  assert.deepEqual(trial.library.decisions.of("cat.jpg")?.choice, "trash");
  assert.deepEqual(log.undo(), [[cat, null]]);
  assert.deepEqual([log.undo(), log.all()], [[], []]);
});

Deno.test("DecisionLog.undo() leaves what was decided anew by another run", async () => {
  const { trial, log, cat, half } = await logTrial();
  await using _ = trial;
  log.decide([cat, half], [[cat, "keep"], [half, "trash"]]);
  const photos = new Map([...trial.library.photos.all()].map((photo) => [photo.id, photo]));
  new DecisionLog(trial.library, photos).decide([cat, half], [[half, "keep"]]);
  assert.deepEqual(log.undo(), [[cat, null]]);
  assert.deepEqual(log.all(), [[half, "keep"]]);
});

Deno.test("DecisionLog refuses photos that are not there or of another group, and keeps nothing then", async () => {
  const { trial, log, cat, half, coffee } = await logTrial();
  await using _ = trial;
  assert.throws(() => log.decide([cat, half], [[half, "trash"], [coffee, "trash"]]), RangeError);
  assert.throws(() => log.decide([999, cat], [[cat, "trash"]]), /There is no photo 999/);
  assert.deepEqual([log.all(), log.undo()], [[], []]);
});
