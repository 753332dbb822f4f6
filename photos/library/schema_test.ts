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
