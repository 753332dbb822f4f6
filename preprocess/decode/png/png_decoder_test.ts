import assert from "node:assert/strict";
import { deflateSync } from "node:zlib";
import { pngChunk, pngHead, type PngHeadFields, pngOf } from "../../../testing/png_bytes.ts";
import { decodePng } from "./png_decoder.ts";

function png(fields: PngHeadFields, raw: ArrayLike<number>, ...chunks: readonly Uint8Array[]) {
  const data = pngChunk("IDAT", deflateSync(Uint8Array.from(raw)));
  return pngOf(pngHead(fields), ...chunks, data, pngChunk("IEND"));
}

// What the pixels are is told by rasters_test.ts, beside Pillow.

Deno.test("decodePng() gives pixels in Pillow's mode, and a palette of 256 colours", () => {
  const { data, ...image } = decodePng(png({ width: 2, height: 2 }, [
    ...[0, 1, 2, 3, 4, 5, 6],
    ...[2, 1, 1, 1, 1, 1, 1],
  ]));
  assert.deepEqual(image, { width: 2, height: 2, mode: "RGB" });
  assert.deepEqual([...data], [1, 2, 3, 4, 5, 6, 2, 3, 4, 5, 6, 7]);
  const fields = { width: 3, height: 1, colourType: 3 };
  const { palette, ...indexed } = decodePng(png(fields, [0, 9, 0, 1], pngChunk("PLTE", [7, 8, 9])));
  assert.deepEqual([indexed.mode, ...indexed.data], ["P", 9, 0, 1]);
  assert.deepEqual([palette?.length, ...palette?.subarray(0, 6) ?? []], [768, 7, 8, 9, 0, 0, 0]);
});

Deno.test("decodePng() puts the rows of interlaced passes to their places", () => {
  const fields = { width: 3, height: 3, colourType: 0, isInterlaced: true };
  const passes = [[0, 1], [0, 2], [0, 3, 4], [0, 5], [0, 6], [0, 7, 8, 9]];
  // Of 3×3 the second pass and the third have no pixels.
  assert.deepEqual([...decodePng(png(fields, passes.flat())).data], [1, 5, 2, 7, 8, 9, 3, 6, 4]);
});

Deno.test("decodePng() leaves rows black that the data end before, and refuses half a row", () => {
  const fields = { width: 2, height: 3, colourType: 0 };
  assert.deepEqual([...decodePng(png(fields, [0, 1, 2])).data], [1, 2, 0, 0, 0, 0]);
  assert.throws(() => decodePng(png(fields, [0, 1, 2, 0, 3])), /end early/);
});

Deno.test("decodePng() holds no more than the pixels of what deep samples are reduced to", () => {
  const fields = { width: 300, height: 200, depth: 16, colourType: 6 };
  const { data, mode } = decodePng(png(fields, new Uint8Array((300 * 8 + 1) * 200)));
  assert.deepEqual([mode, data.length, data.buffer.byteLength], ["RGBA", 240_000, 240_000]);
});
