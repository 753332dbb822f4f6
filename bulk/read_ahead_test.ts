import assert from "node:assert/strict";
import { photoError } from "./photo.ts";
import { readAhead } from "./read_ahead.ts";

Deno.test("readAhead() begins so many photos before their turn, and keeps their order and errors", async () => {
  const begun: number[] = [];
  const bad = photoError("not_found", "gone");
  const photos = Array.from({ length: 5 }, (_, index) => ({
    id: String(index),
    read: () => {
      begun.push(index);
      return index === 1 ? Promise.reject(bad) : Promise.resolve(Uint8Array.of(index));
    },
  }));
  const ids: string[] = [];
  for (const { id, read } of readAhead(photos, 2)) {
    if (ids.length === 0) assert.deepEqual(begun, [0, 1, 2]);
    ids.push(id);
    if (id === "1") await assert.rejects(read(), bad);
    else assert.deepEqual(await read(), Uint8Array.of(Number(id)));
  }
  assert.deepEqual(ids, ["0", "1", "2", "3", "4"]);
  assert.deepEqual(begun, [0, 1, 2, 3, 4]);
});
