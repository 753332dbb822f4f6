import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { temporaryFolder } from "../../testing/models/temporary_folder.ts";
import { Library } from "./library.ts";
import { mergeLibrary } from "./merge.ts";

const EMBEDDER = { space: "s", preprocessId: "p", dim: 2 };
const digest = (number: number) => new Uint8Array(32).fill(number);

/** A library with vectors of these digests, made by somebody, and refusals. */
function open(
  path: string,
  madeBy: string,
  numbers: readonly number[],
  refused: readonly number[],
) {
  const library = Library.open(path);
  // Numbers of embedders differ from library to library.
  if (madeBy === "b") library.vectors.idOf({ ...EMBEDDER, space: "first" });
  const embedder = library.vectors.idOf(EMBEDDER);
  for (const number of numbers) {
    const vector = Float32Array.of(number, 1);
    library.vectors.put({ digest: digest(number), embedder, vector, madeBy });
  }
  for (const number of refused) {
    library.vectors.refuse({ digest: digest(number), code: "c", message: "m" });
  }
  return library;
}

function rows(path: string, sql: string): unknown[][] {
  using database = new DatabaseSync(`${path}/photos.sqlite`, { readOnly: true });
  return database.prepare(sql).all().map((row) => Object.values(row));
}

Deno.test("mergeLibrary() takes over what is missing, once, and leaves the other as it was", async () => {
  await using folder = await temporaryFolder();
  const [a, b] = [`${folder.path}/a`, `${folder.path}/b`];
  using library = open(a, "a", [1, 2], [3, 5]);
  open(b, "b", [2, 3], [1, 4])[Symbol.dispose]();
  const before = await Deno.readFile(`${b}/photos.sqlite`);
  const merge = () => mergeLibrary(library, `${b}/photos.sqlite`);
  assert.deepEqual(merge(), { vectors: 1, refusals: 1, known: 1 });
  assert.deepEqual(merge(), { vectors: 0, refusals: 0, known: 2 });
  assert.deepEqual(await Deno.readFile(`${b}/photos.sqlite`), before);
  assert.deepEqual(
    rows(a, "SELECT hex(substr(digest, 1, 1)), embedder, made_by FROM vectors ORDER BY 1"),
    [["01", 1, "a"], ["02", 1, "a"], ["03", 1, "b"]],
  );
  assert.deepEqual(rows(a, "SELECT hex(substr(digest, 1, 1)) FROM refusals ORDER BY 1"), [
    ["04"],
    ["05"],
  ]);
});

Deno.test("mergeLibrary() refuses a library of another version", async () => {
  await using folder = await temporaryFolder();
  using library = open(`${folder.path}/a`, "a", [], []);
  const file = `${folder.path}/b.sqlite`;
  for (
    const [version, reason] of [[1, /photos stats brings it up to date/], [
      99,
      /a newer program made it/,
    ]] as const
  ) {
    const database = new DatabaseSync(file);
    database.exec(`PRAGMA user_version = ${version}`);
    database.close();
    assert.throws(() => mergeLibrary(library, file), reason);
  }
});
