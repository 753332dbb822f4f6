import assert from "node:assert/strict";
import { type DecidedLibrary, decidedLibrary } from "../../testing/decided_library.ts";
import { applyPlan } from "./apply.ts";
import { listRuns, readManifest } from "./manifest.ts";
import type { Rename } from "./move_file.ts";
import { planTrash } from "./plan.ts";

async function apply({ library, folder }: DecidedLibrary, rename?: Rename) {
  return await applyPlan(library, await planTrash(library), {
    folder,
    ...rename !== undefined && { rename },
  });
}

function paths({ library }: DecidedLibrary): string[] {
  return [...library.photos.all()].map(({ path }) => path);
}

Deno.test("applyPlan() moves below the run's folder what is marked, and the library forgets it", async () => {
  await using trial = await decidedLibrary({ "2026/a": "11", "2026/b": "2" });
  trial.decide("2026/a", "trash", ["2026/a", "2026/b"]);
  const { run, moved, bytes, failed } = await apply(trial);
  assert.deepEqual([moved, bytes, failed], [1, 2, []]);
  assert.deepEqual(await trial.files(), { "2026/b": "2" });
  assert.equal(await Deno.readTextFile(`${run?.folder}/files/2026/a`), "11");
  assert.deepEqual([paths(trial), trial.library.decisions.all()], [["2026/b"], []]);
  const [entry] = await readManifest(run ?? { id: "", folder: "" });
  assert.deepEqual([entry?.from, entry?.bytes], [`${trial.path}/2026/a`, 2]);
});

Deno.test("applyPlan() makes no run where nothing goes", async () => {
  await using trial = await decidedLibrary({ a: "1", b: "2" });
  assert.equal((await apply(trial)).run, undefined);
  assert.deepEqual(await listRuns(trial.folder), []);
});

Deno.test("applyPlan() keeps a file where it was, and its mark, that cannot be moved, and goes on", async () => {
  await using trial = await decidedLibrary({ a: "1", b: "2", c: "3" });
  for (const path of ["a", "b"]) trial.decide(path, "trash", ["a", "b", "c"]);
  const { moved, failed } = await apply(trial, (from, to) => {
    return from.endsWith("/a") ? Promise.reject(new Error("disk full")) : Deno.rename(from, to);
  });
  assert.deepEqual([moved, failed], [1, [{ path: "a", reason: "disk full" }]]);
  assert.deepEqual(await trial.files(), { a: "1", c: "3" });
  assert.deepEqual(trial.library.decisions.all().map(({ path }) => path), ["a"]);
});

Deno.test("applyPlan() has a file's line on the disk before it moves; one cut behind that is gone on with", async () => {
  await using trial = await decidedLibrary({ a: "1", b: "2", c: "3" });
  for (const path of ["a", "b"]) trial.decide(path, "trash", ["a", "b", "c"]);
  // As a kill: the file has moved, and nothing comes after that.
  const cut = Promise.withResolvers<void>();
  const isCut = Promise.withResolvers<void>();
  const first = apply(trial, async (from, to) => {
    const [run] = await listRuns(trial.folder);
    assert.equal((await readManifest(run ?? { id: "", folder: "" })).length, 1);
    await Deno.rename(from, to);
    isCut.resolve();
    await cut.promise;
    throw new Error("cut");
  });
  await isCut.promise;
  assert.deepEqual(paths(trial), ["a", "b", "c"]);
  const second = await apply(trial);
  assert.deepEqual([second.moved, paths(trial)], [1, ["c"]]);
  assert.deepEqual(trial.library.decisions.all(), []);
  cut.resolve();
  await first;
});

Deno.test("applyPlan() stops between two files when it is told to", async () => {
  await using trial = await decidedLibrary({ a: "1", b: "2", c: "3" });
  for (const path of ["a", "b"]) trial.decide(path, "trash", ["a", "b", "c"]);
  const ending = new AbortController();
  const { moved } = await applyPlan(trial.library, await planTrash(trial.library), {
    folder: trial.folder,
    signal: ending.signal,
    onProgress: () => ending.abort(),
  });
  assert.deepEqual([moved, await trial.files()], [1, { b: "2", c: "3" }]);
});

Deno.test("applyPlan() moves nothing that was decided otherwise since the plan, nor the last one there", async () => {
  await using trial = await decidedLibrary({ a: "1", b: "2", c: "3", d: "4", e: "5", f: "6" });
  for (const [goes, stays] of [["a", "b"], ["c", "d"], ["e", "f"]] as const) {
    trial.decide(goes, "trash", [goes, stays]);
  }
  const plan = await planTrash(trial.library);
  trial.decide("a", "keep", ["a", "b"]);
  trial.decide("d", "trash", ["c", "d"]);
  await Deno.remove(`${trial.path}/f`);
  const { moved, failed } = await applyPlan(trial.library, plan, { folder: trial.folder });
  assert.deepEqual([moved, failed], [0, [
    { path: "a", reason: "it is not marked any more" },
    { path: "c", reason: "no photo of its group would stay" },
    { path: "e", reason: "no photo of its group would stay" },
  ]]);
  assert.deepEqual(Object.keys(await trial.files()).sort(), ["a", "b", "c", "d", "e"]);
});
