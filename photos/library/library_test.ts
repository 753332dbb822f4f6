import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { temporaryFolder } from "../../testing/models/temporary_folder.ts";
import { testPosix } from "../../testing/platform_tests.ts";
import { Library } from "./library.ts";

Deno.test("Library.open() makes a library, and finds it again", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/.photos`;
  {
    using library = Library.open(path);
    assert.equal(library.root, folder.path);
    library.decisions.put({ path: "a.jpg", digest: Uint8Array.of(1), choice: "keep" });
  }
  using library = Library.open(path);
  assert.deepEqual(library.decisions.all().map(({ path, choice }) => [path, choice]), [
    ["a.jpg", "keep"],
  ]);
});

Deno.test("Library.open() makes no folder of photos, and says what is wrong with the one it has", async () => {
  await using folder = await temporaryFolder();
  assert.throws(
    () => Library.open(`${folder.path}/nowhere/.photos`),
    /^Error: Cannot open the library in .*nowhere/,
  );
  await Deno.writeTextFile(`${folder.path}/file`, "");
  assert.throws(() => Library.open(`${folder.path}/file`), /^Error: Cannot open the library in /);
  await Deno.mkdir(`${folder.path}/damaged`);
  await Deno.writeTextFile(`${folder.path}/damaged/photos.sqlite`, "no database ".repeat(100));
  assert.throws(
    () => Library.open(`${folder.path}/damaged`),
    /: it is damaged, or no library: rename it /,
  );
});

Deno.test("Library.open() refuses a library that a newer program made, and changes nothing of it", async () => {
  await using folder = await temporaryFolder();
  const file = `${folder.path}/photos.sqlite`;
  const database = new DatabaseSync(file);
  database.exec("PRAGMA user_version = 99");
  database.close();
  assert.throws(
    () => Library.open(folder.path),
    /The library is of version 99, which a newer program made: this one knows \d+$/,
  );
});

Deno.test("Library.transaction() does all or nothing", async () => {
  await using folder = await temporaryFolder();
  using library = Library.open(`${folder.path}/.photos`);
  const put = (path: string) =>
    library.decisions.put({ path, digest: Uint8Array.of(1), choice: "trash" });
  assert.throws(() =>
    library.transaction(() => {
      put("a");
      throw new Error("cut");
    }), /^Error: cut$/);
  assert.deepEqual(library.decisions.all(), []);
  assert.equal(library.transaction(() => (put("b"), 7)), 7);
  assert.equal(library.decisions.all().length, 1);
});

testPosix("Library keeps paths below its root relative, and others as they are", async () => {
  await using folder = await temporaryFolder();
  using library = Library.open(`${folder.path}/.photos`);
  const inside = `${folder.path}/2026/a.jpg`;
  assert.equal(library.stored(inside), "2026/a.jpg");
  assert.equal(library.absolute("2026/a.jpg"), inside);
  assert.equal(library.stored("/mnt/b.jpg"), "/mnt/b.jpg");
  assert.equal(library.absolute("/mnt/b.jpg"), "/mnt/b.jpg");
  assert.equal(library.stored(`${folder.path}/..a.jpg`), "..a.jpg");
});
