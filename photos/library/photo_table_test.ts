import assert from "node:assert/strict";
import { memoryDatabase } from "../../testing/photos_library.ts";
import { PhotoTable } from "./photo_table.ts";

const FACTS = {
  digest: Uint8Array.of(1, 2),
  format: "jpeg",
  width: 4,
  height: 3,
  takenAt: "2026-11-26T18:30:00",
  camera: undefined,
  problem: undefined,
};

Deno.test("PhotoTable gives back what was put, and the last of several", () => {
  using database = memoryDatabase();
  const table = new PhotoTable(database);
  table.put({ path: "b.jpg", bytes: 5, mtimeMs: 7, ...FACTS }, 1);
  table.put({ path: "a.jpg", bytes: 1, mtimeMs: 2, ...FACTS, problem: "bad" }, 1);
  table.put({ path: "b.jpg", bytes: 6, mtimeMs: 8, ...FACTS, width: undefined }, 2);
  assert.deepEqual([...table.all()].map(({ id: _, ...photo }) => photo), [
    { path: "a.jpg", bytes: 1, mtimeMs: 2, ...FACTS, problem: "bad" },
    { path: "b.jpg", bytes: 6, mtimeMs: 8, ...FACTS, width: undefined },
  ]);
  assert.deepEqual(table.stampOf("b.jpg"), { bytes: 6, mtimeMs: 8 });
  assert.equal(table.stampOf("c.jpg"), undefined);
  assert.equal(table.nextScan(), 3);
  assert.equal(table.count(), 2);
});

Deno.test("PhotoTable.forgetUnseen() forgets below the folders of a scan what that did not find", () => {
  using database = memoryDatabase();
  const table = new PhotoTable(database);
  for (const path of ["a/1.jpg", "a/2.jpg", "ab/3.jpg", "/mnt/4.jpg", "a"]) {
    table.put({ path, bytes: 1, mtimeMs: 1, ...FACTS }, 1);
  }
  table.touch("a/1.jpg", 2);
  assert.equal(table.forgetUnseen(["a"], 2), 2);
  assert.deepEqual([...table.all()].map(({ path }) => path), ["/mnt/4.jpg", "a/1.jpg", "ab/3.jpg"]);
  assert.equal(table.forgetUnseen([""], 2), 1);
  assert.deepEqual([...table.all()].map(({ path }) => path), ["/mnt/4.jpg", "a/1.jpg"]);
});

Deno.test("PhotoTable.keep() keeps what lies in a folder that could not be looked at", () => {
  using database = memoryDatabase();
  const table = new PhotoTable(database);
  for (const path of ["a/1.jpg", "a/b/2.jpg", "ab/3.jpg", "c.jpg", "d.jpg"]) {
    table.put({ path, bytes: 1, mtimeMs: 1, ...FACTS }, 1);
  }
  for (const path of ["a", "c.jpg"]) table.keep(path, 2);
  assert.equal(table.forgetUnseen([""], 2), 2);
  assert.deepEqual([...table.all()].map(({ path }) => path), ["a/1.jpg", "a/b/2.jpg", "c.jpg"]);
});
