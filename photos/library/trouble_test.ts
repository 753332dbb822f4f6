import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { temporaryFolder } from "../../testing/models/temporary_folder.ts";
import { Library } from "./library.ts";
import { inWords } from "./trouble.ts";

const message = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    return (inWords(error, "/p/.photos") as Error).message;
  }
  return "nothing failed";
};

Deno.test("inWords() says that a disk is full, and nothing of it is kept", () => {
  using database = new DatabaseSync(":memory:");
  database.exec("CREATE TABLE a (b); PRAGMA max_page_count = 3");
  const insert = database.prepare("INSERT INTO a VALUES (zeroblob(9000))");
  assert.match(message(() => insert.run()), /^Cannot use the library in .*: its disk is full: /);
});

Deno.test("inWords() says that a library may not be written", async () => {
  await using folder = await temporaryFolder();
  const file = `${folder.path}/a.sqlite`;
  new DatabaseSync(file).close();
  using database = new DatabaseSync(file, { readOnly: true });
  assert.match(message(() => database.exec("CREATE TABLE a (b)")), /may not be written: --library/);
});

Deno.test("inWords() leaves other errors as they are", () => {
  const error = new Error("something else");
  assert.equal(inWords(error, "/p/.photos"), error);
});

Deno.test("Library.open() looks at a library after a run that did not end, and says that it is damaged", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/.photos`;
  const digest = new Uint8Array(32);
  {
    using library = Library.open(path);
    library.transaction(() => {
      for (let at = 0; at < 2000; at++) {
        library.decisions.put({ path: `photo ${at} `.repeat(20), digest, choice: "keep" });
      }
    });
  }
  const file = `${path}/photos.sqlite`;
  const bytes = await Deno.readFile(file);
  // Pages behind the schema's: an open alone would not see them.
  for (let page = 12; page < bytes.length / 4096; page++) {
    bytes.fill(0x5a, page * 4096, page * 4096 + 100);
  }
  await Deno.writeFile(file, bytes);
  Library.open(path)[Symbol.dispose]();
  await Deno.writeFile(`${file}-wal`, new Uint8Array());
  assert.throws(
    () => Library.open(path),
    /^Error: Cannot open the library in .*: it is damaged: /,
  );
});
