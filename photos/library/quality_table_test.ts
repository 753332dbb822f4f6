import assert from "node:assert/strict";
import { memoryDatabase } from "../../testing/photos_library.ts";
import { QualityTable } from "./quality_table.ts";

Deno.test("QualityTable tells what was measured, what could not be, and what was not tried", () => {
  using database = memoryDatabase();
  const table = new QualityTable(database);
  const quality = { sharpness: 0.125, dark: 0, bright: 1 };
  table.put(Uint8Array.of(1), quality);
  table.put(Uint8Array.of(2), undefined);
  assert.deepEqual([1, 2, 3].map((byte) => table.of(Uint8Array.of(byte))), [
    ...[quality, undefined, null],
  ]);
});
