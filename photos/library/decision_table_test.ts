import assert from "node:assert/strict";
import { memoryDatabase } from "../../testing/photos_library.ts";
import { DecisionTable } from "./decision_table.ts";

Deno.test("DecisionTable keeps the last decision on a file, and takes it back", () => {
  using database = memoryDatabase();
  const table = new DecisionTable(database);
  const digest = Uint8Array.of(1);
  table.put({ path: "b", digest, choice: "keep" });
  table.put({ path: "a", digest, choice: "trash" });
  table.put({ path: "b", digest: Uint8Array.of(2), choice: "trash" });
  assert.deepEqual(table.all(), [
    { path: "a", digest, choice: "trash" },
    { path: "b", digest: Uint8Array.of(2), choice: "trash" },
  ]);
  table.drop("a");
  assert.deepEqual(table.all().map(({ path }) => path), ["b"]);
});

Deno.test("DecisionTable keeps beside which photos a decision was made", () => {
  using database = memoryDatabase();
  const table = new DecisionTable(database);
  const digest = Uint8Array.of(1);
  const group = ["b", 'a,"1"'];
  table.put({ path: "b", digest, choice: "trash", group });
  table.put({ path: "a", digest, choice: "keep", group });
  assert.deepEqual(table.of("b"), { path: "b", digest, choice: "trash", group: group.toSorted() });
  assert.equal(table.of("c"), undefined);
  assert.equal(database.prepare("SELECT count(*) AS n FROM seen_groups").get()?.n, 1);
});
