import assert from "node:assert/strict";
import { decidedLibrary } from "../../testing/decided_library.ts";
import { testPosix } from "../../testing/platform_tests.ts";
import { planTrash, whyNotAnyMore } from "./plan.ts";

const GROUP = ["a", "b"];

Deno.test("planTrash() lets a photo go beside one that stays, kept or undecided", async () => {
  await using trial = await decidedLibrary({ a: "1", b: "2", c: "3", d: "4" });
  trial.decide("a", "trash", GROUP);
  trial.decide("c", "trash", ["c", "d"]);
  trial.decide("d", "keep", ["c", "d"]);
  const { moves, refused, gone } = await planTrash(trial.library);
  assert.deepEqual(moves.map(({ path, bytes }) => [path, bytes]), [["a", 1], ["c", 1]]);
  assert.deepEqual([refused, gone], [[], []]);
});

Deno.test("planTrash() refuses a group of which nothing would stay, and who was in none", async () => {
  await using trial = await decidedLibrary({ a: "1", b: "2", alone: "3" });
  for (const path of GROUP) trial.decide(path, "trash", GROUP);
  trial.decide("alone", "trash");
  const { moves, refused } = await planTrash(trial.library);
  assert.deepEqual(moves, []);
  assert.deepEqual(refused, [
    { path: "a", reason: "no photo of its group would stay" },
    { path: "alone", reason: "it was not marked in a group, beside a photo that stays" },
    { path: "b", reason: "no photo of its group would stay" },
  ]);
});

Deno.test("planTrash() takes no file for one that stays which is gone, or not as it was scanned", async () => {
  await using trial = await decidedLibrary({ a: "1", b: "2" });
  trial.decide("a", "trash", GROUP);
  await Deno.writeTextFile(`${trial.path}/b`, "changed");
  assert.deepEqual((await planTrash(trial.library)).moves, []);
  await Deno.remove(`${trial.path}/b`);
  assert.deepEqual((await planTrash(trial.library)).moves, []);
});

Deno.test("planTrash() refuses what changed since it was marked, and tells what is gone", async () => {
  await using trial = await decidedLibrary({ a: "1", b: "2", c: "3" });
  trial.decide("a", "trash", ["a", "b", "c"]);
  trial.decide("c", "trash", ["a", "b", "c"]);
  await Deno.writeTextFile(`${trial.path}/a`, "2");
  await Deno.remove(`${trial.path}/c`);
  const { moves, refused, gone } = await planTrash(trial.library);
  assert.deepEqual([moves, gone], [[], ["c"]]);
  assert.deepEqual(refused, [{ path: "a", reason: "it has changed since you decided" }]);
});

testPosix("planTrash() takes no second path of a file for one that stays", async () => {
  await using trial = await decidedLibrary({ a: "1", b: "1", c: "1" });
  await Deno.remove(`${trial.path}/b`);
  await Deno.link(`${trial.path}/a`, `${trial.path}/b`);
  trial.decide("a", "trash", GROUP);
  const { moves, refused } = await planTrash(trial.library);
  assert.deepEqual([moves, refused], [[], [
    { path: "a", reason: "what would stay is the same file by another path" },
  ]]);
  trial.decide("a", "trash", [...GROUP, "c"]);
  assert.deepEqual((await planTrash(trial.library)).moves.map(({ path }) => path), ["a"]);
  assert.equal(await whyNotAnyMore(trial.library, "a"), undefined);
  await Deno.remove(`${trial.path}/c`);
  assert.equal(await whyNotAnyMore(trial.library, "a"), "no photo of its group would stay");
});

testPosix(
  "planTrash() takes a link neither for a photo that goes nor for one that stays",
  async () => {
    await using trial = await decidedLibrary({ a: "1", b: "1" });
    await Deno.remove(`${trial.path}/b`);
    await Deno.symlink(`${trial.path}/a`, `${trial.path}/b`);
    trial.decide("a", "trash", GROUP);
    assert.deepEqual((await planTrash(trial.library)).moves, []);
    trial.library.decisions.drop("a");
    trial.decide("b", "trash", GROUP);
    assert.deepEqual((await planTrash(trial.library)).refused, [
      { path: "b", reason: "it is a link or no file" },
    ]);
  },
);
