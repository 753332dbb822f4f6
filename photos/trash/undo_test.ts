import assert from "node:assert/strict";
import { type DecidedLibrary, decidedLibrary } from "../../testing/decided_library.ts";
import { applyPlan } from "./apply.ts";
import type { TrashRun } from "./manifest.ts";
import { planTrash } from "./plan.ts";
import { stillTrashed, undoRun } from "./undo.ts";

async function trashed(texts: Readonly<Record<string, string>>, paths: readonly string[]) {
  const trial = await decidedLibrary(texts);
  for (const path of paths) trial.decide(path, "trash", Object.keys(texts));
  const { run } = await applyPlan(trial.library, await planTrash(trial.library), trial);
  assert.ok(run);
  return { trial, run };
}

function paths({ library }: DecidedLibrary): string[] {
  return [...library.photos.all()].map(({ path }) => path);
}

async function left(run: TrashRun): Promise<number> {
  return (await stillTrashed(run)).length;
}

Deno.test("undoRun() brings files back, folders included, and the library knows them again", async () => {
  const { trial, run } = await trashed({ "x/a": "1", "y/b": "2", c: "3" }, ["x/a", "y/b"]);
  await using _ = trial;
  assert.equal(await left(run), 2);
  await Deno.remove(`${trial.path}/x`);
  // As a cut behind the move leaves it.
  trial.decide("x/a", "trash", ["x/a", "c"]);
  assert.deepEqual(await undoRun(trial.library, run), { restored: 2, inPlace: 0, failed: [] });
  assert.deepEqual(await trial.files(), { "x/a": "1", "y/b": "2", c: "3" });
  assert.deepEqual(paths(trial), ["c", "x/a", "y/b"]);
  assert.deepEqual(trial.library.decisions.all(), []);
  assert.equal(await left(run), 0);
  assert.deepEqual(await undoRun(trial.library, run), { restored: 0, inPlace: 2, failed: [] });
});

Deno.test("undoRun() overwrites nothing, and says what it leaves in the trash", async () => {
  const { trial, run } = await trashed({ a: "1", b: "2", c: "3" }, ["a", "b"]);
  await using _ = trial;
  await Deno.writeTextFile(`${trial.path}/a`, "another");
  await Deno.remove(`${run.folder}/files/b`);
  const { restored, failed } = await undoRun(trial.library, run);
  assert.deepEqual([restored, failed.map(({ reason }) => reason).sort()], [0, [
    "another file is in its place",
    "it is not in the trash",
  ]]);
  assert.equal((await trial.files()).a, "another");
  assert.equal(await Deno.readTextFile(`${run.folder}/files/a`), "1");
});

Deno.test("undoRun() takes a file that was copied and had not gone yet for one in its place", async () => {
  const { trial, run } = await trashed({ a: "1", b: "2" }, ["a"]);
  await using _ = trial;
  await Deno.writeTextFile(`${trial.path}/a`, "1");
  assert.equal(await left(run), 0);
  assert.deepEqual(await undoRun(trial.library, run), { restored: 0, inPlace: 1, failed: [] });
  assert.deepEqual(await trial.files(), { a: "1", b: "2" });
});
