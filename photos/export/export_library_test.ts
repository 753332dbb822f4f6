import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
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

const THIRD = Math.fround(1 / 3);

Deno.test("exportLibrary() writes JSON Lines, a photo each", async () => {
  await using one = await trial();
  assert.equal((await one.run("jsonl")).photos, 3);
  const lines = (await Deno.readTextFile(`${one.path}/out`)).trim().split("\n");
  const [first, , last] = lines.map((line) => JSON.parse(line));
  const model = { space: "s1", preprocess_id: "p1" };
  const digest = (byte: number) => new Uint8Array(32).fill(byte).toHex();
  assert.deepEqual(last, {
    ...{ path: `${one.path}/ü, ö.jpg`, digest: digest(7), bytes: 7, width: 40, height: 40 },
    ...{
      taken_at: "2026-11-26T18:30:00",
      camera: null,
      vector: Array(3).fill(0.100000001),
      ...model,
    },
  });
  assert.deepEqual([first.path, first.width, first.digest], [`${one.path}/a.jpg`, null, digest(9)]);
  assert.deepEqual(first.vector.map(Math.fround), [THIRD, THIRD, THIRD]);
});

Deno.test("exportLibrary() writes NumPy's array, and lines of what its rows are", async () => {
  await using one = await trial();
  const { files } = await one.run("npy");
  assert.deepEqual(files, [`${one.path}/out.jsonl`, `${one.path}/out`]);
  const bytes = await Deno.readFile(`${one.path}/out`);
  assert.equal(bytes.subarray(0, 10).toHex(), "934e554d505901007600");
  assert.match(
    new TextDecoder().decode(bytes.subarray(10, 128)),
    /^\{'descr': '<f4', 'fortran_order': False, 'shape': \(3, 3\), \} +\n$/,
  );
  assert.deepEqual([...new Float32Array(bytes.buffer, 128)].slice(0, 4), Array(4).fill(THIRD));
  const lines = (await Deno.readTextFile(`${one.path}/out.jsonl`)).trim().split("\n");
  assert.deepEqual(lines.map((line) => JSON.parse(line).path.split("/").at(-1)), [
    ...["a.jpg", "b.jpg", "ü, ö.jpg"],
  ]);
});

Deno.test("exportLibrary() writes an SQLite database", async () => {
  await using one = await trial();
  await one.run("sqlite");
  using database = new DatabaseSync(`${one.path}/out`, { readOnly: true });
  const rows = database.prepare("SELECT * FROM photos ORDER BY path").all();
  assert.deepEqual(rows.map(({ bytes, taken_at, space }) => [bytes, taken_at, space]), [
    [9, null, "s1"],
    [9, null, "s1"],
    [7, "2026-11-26T18:30:00", "s1"],
  ]);
  const vector = rows[0]?.vector as unknown as Uint8Array;
  assert.deepEqual(new Float32Array(vector.slice().buffer), new Float32Array(DIM).fill(THIRD));
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
