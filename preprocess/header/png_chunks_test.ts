import assert from "node:assert/strict";
import { bytesOf } from "../../testing/jpeg_bytes.ts";
import { pngChunk, pngHead, pngOf } from "../../testing/png_bytes.ts";
import {
  behindPngChunk,
  PNG_CHUNKS_START,
  pngChunkAt,
  pngChunks,
  pngPixelBits,
  readPngFields,
} from "./png_chunks.ts";

function types(bytes: Uint8Array): string[] {
  return [...pngChunks(bytes)].map(({ type }) => type);
}

Deno.test("pngChunks() goes from chunk to chunk, up to one whose type is no word, or the end", () => {
  const file = pngOf(pngHead(), pngChunk("a_1Z"), pngChunk("IEND"));
  assert.deepEqual(types(file), ["IHDR", "a_1Z", "IEND"]);
  assert.deepEqual(types(pngOf(pngHead(), pngChunk("a-1Z"), pngChunk("IEND"))), ["IHDR"]);
  assert.deepEqual(types(file.subarray(0, -5)), ["IHDR", "a_1Z"]);
  assert.deepEqual(types(new Uint8Array(9)), []);
});

Deno.test("pngChunks() refuses more chunks than a picture has", () => {
  const chunk = [0, 0, 0, 0, 0x74, 0x45, 0x58, 0x74, 0, 0, 0, 0];
  const file = (count: number) => bytesOf(Array(8).fill(0), Array(count).fill(chunk).flat());
  assert.equal(types(file(32_768)).length, 32_768);
  assert.throws(() => types(file(32_769)), { name: "Refusal", code: "unsupported_image" });
});

Deno.test("pngChunkAt() gives a chunk's place, which may reach beyond the file", () => {
  const chunk = { type: "tEXt", start: 16, length: 0xfffffffe };
  const file = bytesOf(Array(8).fill(0), [0xff, 0xff, 0xff, 0xfe, 0x74, 0x45, 0x58, 0x74]);
  assert.deepEqual(pngChunkAt(file, PNG_CHUNKS_START), chunk);
  assert.equal(behindPngChunk(chunk), 16 + 0xfffffffe + 4);
});

Deno.test("readPngFields() reads IHDR, and throws where it is too short", () => {
  const file = pngOf(pngHead({ width: 70_000, height: 9, depth: 4, isInterlaced: true }));
  assert.deepEqual(readPngFields(file, { type: "IHDR", start: 16, length: 13 }), {
    ...{ width: 70_000, height: 9, depth: 4, colourType: 2 },
    ...{ filterMethod: 0, isInterlaced: true },
  });
  assert.throws(() => readPngFields(file, { type: "IHDR", start: 16, length: 12 }), RangeError);
  const cut = file.subarray(0, 28);
  assert.throws(() => readPngFields(cut, { type: "IHDR", start: 16, length: 13 }), RangeError);
});

Deno.test("pngPixelBits() knows the fifteen kinds of PNG, and no other", () => {
  const kinds = [0, 1, 2, 3, 4, 5, 6, 7].flatMap((colourType) =>
    [0, 1, 2, 3, 4, 8, 16, 32].map((depth) => pngPixelBits({ depth, colourType }))
  );
  assert.deepEqual(
    kinds.filter((bits) => bits !== undefined),
    [1, 2, 4, 8, 16, 24, 48, 1, 2, 4, 8, 16, 32, 32, 64],
  );
});
