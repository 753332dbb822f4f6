import assert from "node:assert/strict";
import { grayTiff } from "../../../testing/tiff_file.ts";
import { readTiffPage } from "./tiff_page.ts";
import { readPlain } from "./tiff_plain.ts";

function read(tags: Parameters<typeof grayTiff>[0], data: readonly number[]): number[] {
  const file = grayTiff(tags, data);
  const page = readTiffPage(file);
  const pixels = new Uint8Array(page.width * page.height);
  readPlain(file, page, { mode: "L", data: pixels });
  return [...pixels];
}

Deno.test("readPlain() looks at offsets alone: missing strips stay black, and of too many the last in the file wins", () => {
  assert.deepEqual(read({ 278: 1, 273: [2, 0], 279: [99, 0] }, [3, 4, 1, 2]), [1, 2, 3, 4]);
  assert.deepEqual(read({ 278: 1, 273: 0 }, [1, 2]), [1, 2, 0, 0]);
  assert.deepEqual(read({ 278: 1, 273: [0, 2, 4] }, [1, 2, 3, 4, 5, 6]), [5, 6, 3, 4]);
  assert.deepEqual(read({ 278: 9, 273: [4, 0] }, [1, 2, 3, 4, 5, 6, 7, 8]), [5, 6, 7, 8]);
});

Deno.test("readPlain() reads of a tile that reaches over the edge what the picture has", () => {
  const { offsets: _, ...tiled } = { offsets: 0, 273: [], 322: 3, 323: 2, 324: 0, 325: 6 };
  assert.deepEqual(read(tiled, [1, 2, 99, 3, 4]), [1, 2, 3, 4]);
});

Deno.test("readPlain() refuses strips that the file does not have, or that have no rows", () => {
  assert.throws(() => read({}, [1, 2, 3]), /as the file ends/);
  assert.throws(() => read({ 278: 0 }, [1, 2, 3, 4]), /of no size/);
});
