import assert from "node:assert/strict";
import { deflateSync } from "node:zlib";
import { grayTiff, type TiffTags } from "../../../testing/tiff_file.ts";
import { findCodec } from "./tiff_codecs.ts";
import { readPacked } from "./tiff_packed.ts";
import { readTiffPage } from "./tiff_page.ts";

/** A strip that is a zlib stream, unless the tags say otherwise. */
function read(tags: TiffTags, data: Uint8Array): number[] {
  const file = grayTiff({ 259: 8, ...tags }, data);
  const page = readTiffPage(file);
  const pixels = new Uint8Array(page.width * page.height);
  readPacked(file, page, { codec: findCodec(page), mode: "L", data: pixels });
  return [...pixels];
}

const FOUR = deflateSync(Uint8Array.of(1, 2, 3, 4));

Deno.test("readPacked() unpacks no more of a strip than its rows have, as libtiff", () => {
  const bomb = deflateSync(new Uint8Array(100_000_000).fill(7), { level: 9 });
  assert.deepEqual(read({}, bomb), [7, 7, 7, 7]);
});

Deno.test("readPacked() wants all rows of a strip, and its checksum to be right if it is there", () => {
  assert.deepEqual(read({}, FOUR), [1, 2, 3, 4]);
  assert.deepEqual(read({}, FOUR.subarray(0, -4)), [1, 2, 3, 4]);
  assert.throws(() => read({}, FOUR.with(-1, 0)), /Cannot inflate/);
  assert.throws(
    () => read({}, deflateSync(Uint8Array.of(1, 2, 3))),
    /Cannot unpack all of a strip/,
  );
});

Deno.test("readPacked() wants all rows of a tile, those below the picture too", () => {
  const tile = { 273: [], 322: 2, 323: 3, 324: 0, 325: 99 };
  const data = deflateSync(Uint8Array.of(1, 2, 3, 4, 5, 6));
  assert.deepEqual(read({ ...tile, 325: data.length }, data), [1, 2, 3, 4]);
  assert.throws(() => read({ ...tile, 325: FOUR.length }, FOUR), /Cannot unpack all of a strip/);
});

Deno.test("readPacked() puts bits in order before they are unpacked, and adds differences up after", () => {
  const reversed = FOUR.map((byte) =>
    parseInt(byte.toString(2).padStart(8, "0").split("").reverse().join(""), 2)
  );
  assert.deepEqual(read({ 266: 2 }, reversed), [1, 2, 3, 4]);
  assert.deepEqual(read({ 317: 2 }, FOUR), [1, 3, 3, 7]);
});
