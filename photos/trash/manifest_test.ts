import assert from "node:assert/strict";
import { temporaryFolder } from "../../testing/models/temporary_folder.ts";
import { listRuns, ManifestWriter, newRun, readManifest } from "./manifest.ts";

const NOW = new Date("2026-11-26T18:30:00.123Z");
const ENTRY = { from: "/p/a", to: "files/a", digest: "00", bytes: 1, when: NOW.toISOString() };

Deno.test("newRun() names runs after the time, and several of a second by number, in their order", async () => {
  await using folder = await temporaryFolder();
  for (let runs = 0; runs < 10; runs++) await newRun(folder.path, NOW);
  await newRun(folder.path, new Date("2025-01-01T00:00:00Z"));
  const ids = (await listRuns(folder.path)).map(({ id }) => id);
  assert.deepEqual([ids[0], ids[1], ids[2], ids.at(-1)], [
    "2025-01-01T00-00-00",
    "2026-11-26T18-30-00",
    "2026-11-26T18-30-00.2",
    "2026-11-26T18-30-00.10",
  ]);
});

Deno.test("listRuns() and readManifest() find nothing where there is nothing", async () => {
  await using folder = await temporaryFolder();
  assert.deepEqual(await listRuns(folder.path), []);
  assert.deepEqual(await readManifest({ id: "x", folder: `${folder.path}/x` }), []);
});

Deno.test("readManifest() reads what was written, but no half line and no way out of the run's folder", async () => {
  await using folder = await temporaryFolder();
  const run = await newRun(folder.path, NOW);
  {
    using writer = new ManifestWriter(run);
    writer.add(ENTRY);
    writer.add({ ...ENTRY, to: "files/../../../b" });
    writer.add({ ...ENTRY, to: "files/..b/c" });
  }
  await Deno.writeTextFile(`${run.folder}/manifest.jsonl`, '{"from":"/p/b"', { append: true });
  assert.deepEqual(await readManifest(run), [ENTRY, { ...ENTRY, to: "files/..b/c" }]);
  assert.throws(() => new ManifestWriter(run), Deno.errors.AlreadyExists);
});
