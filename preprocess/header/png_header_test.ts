import assert from "node:assert/strict";
import { pngChunk, pngHead, pngOf } from "../../testing/png_bytes.ts";
import { readPngHeader } from "./png_header.ts";

/** A directory of one tag, the orientation. */
function exif(orientation: number): Uint8Array {
  const text = "MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0?\0\0\0\0\0\0";
  return Uint8Array.from(text, (letter) => letter === "?" ? orientation : letter.charCodeAt(0));
}

const DATA = pngChunk("IDAT", [1, 2, 3]);
const END = pngChunk("IEND");

// That these are what Pillow goes by is told by rasters_test.ts.

Deno.test("readPngHeader() gives the size, and the bytes of a pixel by colour type and depth", () => {
  for (
    const [depth, colourType, sampleBytes] of [
      [8, 2, 3],
      [16, 6, 8],
      [1, 3, 1 / 8],
      [16, 4, 4],
      [3, 0, 1],
    ] as const
  ) {
    const file = pngOf(pngHead({ width: 97, height: 61, depth, colourType }), DATA, END);
    const expected = { width: 97, height: 61, sampleBytes, orientation: 1 };
    assert.deepEqual(readPngHeader(file), expected);
  }
});

Deno.test("readPngHeader() takes the last IHDR before the pixels, wherever it stands", () => {
  const [first, second] = [pngHead({ width: 5 }), pngHead({ width: 6 })];
  const width = (...chunks: Uint8Array[]) => readPngHeader(pngOf(...chunks)).width;
  assert.equal(width(pngChunk("gAMA", [0, 0, 0, 0]), first, DATA), 5);
  assert.equal(width(first, second, DATA), 6);
  assert.equal(width(first, DATA, second), 5);
  assert.equal(width(DATA, first, DATA, second), 5);
  assert.throws(() => width(DATA, END), RangeError);
  assert.throws(() => readPngHeader(pngOf(first).subarray(0, 25)), RangeError);
});

Deno.test("readPngHeader() finds the orientation before and behind the pixels, but not of another frame", () => {
  const orientation = (...chunks: Uint8Array[]) =>
    readPngHeader(pngOf(pngHead(), ...chunks)).orientation;
  const turned = pngChunk("eXIf", exif(6));
  assert.equal(orientation(turned, DATA, END), 6);
  assert.equal(orientation(DATA, turned, END), 6);
  assert.equal(orientation(DATA, END, turned), 1);
  assert.equal(orientation(DATA, pngChunk("fcTL"), turned, END), 6);
  assert.equal(orientation(pngChunk("acTL"), DATA, pngChunk("fcTL"), turned, END), 1);
});
