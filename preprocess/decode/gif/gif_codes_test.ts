import assert from "node:assert/strict";
import type { GifHead } from "../../header/gif_header.ts";
import { unpackGifCodes } from "./gif_codes.ts";

/** A block of codes of 3 bits each. */
function block(...codes: readonly number[]): Uint8Array {
  const bits = codes.map((code) => code.toString(2).padStart(3, "0")).reverse().join("");
  const padded = bits.padStart(Math.ceil(bits.length / 8) * 8, "0");
  const bytes = padded.match(/.{8}/g)?.map((byte) => parseInt(byte, 2)).reverse() ?? [];
  return Uint8Array.from([bytes.length, ...bytes, 0]);
}

/** Canvas of 4×3 with a frame on it; of 4 colours. */
function unpack(
  bytes: Uint8Array,
  frame: Partial<GifHead["frame"]> = {},
  head: Partial<GifHead> = {},
) {
  const canvas = new Uint8Array(12).fill(9);
  unpackGifCodes(bytes, {
    ...{ width: 4, height: 3, isInterlaced: false, palette: undefined, hasTwoPalettes: false },
    ...{ surround: 0, codeBits: 2, dataStart: 0, ...head },
    frame: { x: 0, y: 0, width: 2, height: 2, ...frame },
  }, canvas);
  return canvas.join("").match(/.{4}/g);
}

const [CLEAR, END] = [4, 5];

Deno.test("unpackGifCodes() puts the frame's rows to their places, interlaced ones in four passes", () => {
  const bytes = block(CLEAR, 0, 1, CLEAR, 2, 3, END);
  assert.deepEqual(unpack(bytes), ["0199", "2399", "9999"]);
  assert.deepEqual(unpack(bytes, { x: 2, y: 1 }), ["9999", "9901", "9923"]);
  const rows = block(CLEAR, 0, 1, CLEAR, 2, END);
  assert.deepEqual(unpack(rows, { width: 1, height: 3 }, { isInterlaced: true }), [
    "0999",
    "2999",
    "1999",
  ]);
});

Deno.test("unpackGifCodes() repeats strings, that of the code just made included", () => {
  // 6 is 1 and itself once more: 1, 11, 1.
  assert.deepEqual(unpack(block(CLEAR, 1, 6, 1, END)), ["1199", "1199", "9999"]);
});

Deno.test("unpackGifCodes() needs no code for the end, and stops at the last pixel", () => {
  assert.deepEqual(unpack(block(CLEAR, 0, 1, CLEAR, 2, 3)), ["0199", "2399", "9999"]);
  assert.deepEqual(unpack(block(CLEAR, 0, 1, CLEAR, 2, 3, 7, 7, 7)), ["0199", "2399", "9999"]);
});

Deno.test("unpackGifCodes() throws for codes that stand for nothing, and for missing pixels", () => {
  assert.throws(() => unpack(block(CLEAR, 1, 7)), /damaged/);
  assert.throws(() => unpack(block(CLEAR, 6)), /damaged/);
  assert.throws(() => unpack(block(CLEAR, 1), {}, { codeBits: 13 }), /damaged/);
  assert.throws(() => unpack(block(CLEAR, 0, 1, END)), /end early/);
});
