import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { migrate } from "./schema.ts";

Deno.test("migrate() makes today's tables, once", () => {
  using database = new DatabaseSync(":memory:");
  migrate(database);
  migrate(database);
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1")
    .all().map(({ name }) => name);
  assert.deepEqual(tables, [
    ...["decisions", "embedders", "photos", "qualities", "refusals", "seen_groups", "vectors"],
  ]);
});

Deno.test("migrate() leaves a database as it was where it cannot bring it up to date", () => {
  using database = new DatabaseSync(":memory:");
  database.exec("CREATE TABLE vectors (a)");
  assert.throws(() => migrate(database), /vectors already exists/);
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  assert.deepEqual(tables.map(({ name }) => name), ["vectors"]);
});

Deno.test("migrate() keeps the vectors of version 4, whose table had no rows of its own", () => {
  using database = new DatabaseSync(":memory:");
  migrate(database);
  database.exec(`
    DROP TABLE vectors;
    CREATE TABLE vectors (
      digest BLOB NOT NULL,
      embedder INTEGER NOT NULL REFERENCES embedders (id),
      vector BLOB NOT NULL,
      made_by TEXT NOT NULL,
      is_of_preview INTEGER NOT NULL DEFAULT 0,
      PRIMARY KEY (digest, embedder)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO embedders (id, space, preprocess_id, dim) VALUES (7, 's', 'p', 1);
    INSERT INTO vectors VALUES (x'02', 7, x'0000803f', 'local', 1), (x'01', 7, x'00000000', 'local', 0);
    PRAGMA user_version = 4`);
  migrate(database);
  const rows = database.prepare(
    "SELECT hex(digest) AS d, hex(vector) AS v, is_of_preview AS p FROM vectors",
  ).all();
  assert.deepEqual(rows.map(({ d, v, p }) => [d, v, p]), [["01", "00000000", 0], [
    "02",
    "0000803F",
    1,
  ]]);
  const again =
    "INSERT INTO vectors (digest, embedder, vector, made_by) VALUES (x'01', 7, x'00', 'a')";
  assert.throws(() => database.exec(again), /UNIQUE/);
});
