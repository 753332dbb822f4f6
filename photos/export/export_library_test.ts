import assert from "node:assert/strict";
import { temporaryFolder } from "../../testing/models/temporary_folder.ts";
import { Library } from "../library/library.ts";
import { EXPORT_FORMATS, type ExportFormat, exportLibrary } from "./export_library.ts";

const DIM = 3;
const SIGNAL = new AbortController().signal;

/** A library of three photos, two of which have the same bytes, and one without a vector. */
async function trial() {
  const folder = await temporaryFolder();
  const library = Library.open(`${folder.path}/.photos`);
  const embedder = library.vectors.idOf({ space: "s1", preprocessId: "p1", dim: DIM });
  const nothing = { mtimeMs: 1, problem: undefined, camera: undefined, format: "jpeg" };
  const put = (path: string, byte: number, takenAt?: string) => {
    const size = takenAt === undefined ? undefined : 40;
    const facts = { bytes: byte, width: size, height: size, takenAt, ...nothing };
    library.photos.put({ path, digest: new Uint8Array(32).fill(byte), ...facts }, 1);
  };
  put("ü, ö.jpg", 7, "2026-11-26T18:30:00");
  put("a.jpg", 9);
  put("b.jpg", 9);
  put("c.jpg", 11);
  for (const [byte, value] of [[7, 0.1], [9, 1 / 3]] as const) {
    const vector = new Float32Array(DIM).fill(value);
    library.vectors.put({
      digest: new Uint8Array(32).fill(byte),
      embedder,
      vector,
      madeBy: "local",
    });
  }
  const run = (format: ExportFormat, signal = SIGNAL) =>
    exportLibrary(library, { format, out: `${folder.path}/out`, signal });
  const dispose = async () => {
    library[Symbol.dispose]();
    await folder[Symbol.asyncDispose]();
  };
  const files = () =>
    [...Deno.readDirSync(folder.path)].map(({ name }) => name).filter((name) => name !== ".photos");
  return { path: folder.path, run, files, [Symbol.asyncDispose]: dispose };
}

Deno.test("exportLibrary() writes a row for each photo that has a vector, in every format", async () => {
  for (const format of EXPORT_FORMATS) {
    await using one = await trial();
    const { photos, files, embedder } = await one.run(format);
    assert.deepEqual([photos, embedder.space], [3, "s1"]);
    const names = format === "npy" ? ["out", "out.jsonl"] : ["out"];
    assert.deepEqual(one.files().sort(), names);
    assert.deepEqual(files.toReversed(), names.map((name) => `${one.path}/${name}`));
  }
});

Deno.test("exportLibrary() writes over what was left of a run that was cut", async () => {
  await using one = await trial();
  await Deno.writeTextFile(`${one.path}/out.part`, "no database ".repeat(100));
  assert.equal((await one.run("sqlite")).photos, 3);
  assert.deepEqual(one.files(), ["out"]);
});

Deno.test("exportLibrary() leaves nothing of what was cut, and replaces nothing", async () => {
  await using one = await trial();
  const gone = AbortSignal.abort(new Error("cut"));
  for (const format of EXPORT_FORMATS) {
    await assert.rejects(one.run(format, gone), /^Error: cut$/);
    assert.deepEqual(one.files(), []);
  }
  await Deno.writeTextFile(`${one.path}/out.jsonl`, "mine");
  await assert.rejects(one.run("npy"), /out\.jsonl already/);
  await Deno.writeTextFile(`${one.path}/out`, "mine");
  for (const format of EXPORT_FORMATS) await assert.rejects(one.run(format), / already: remove it/);
  assert.equal(await Deno.readTextFile(`${one.path}/out`), "mine");
});
