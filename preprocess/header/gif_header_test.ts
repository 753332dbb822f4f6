import assert from "node:assert/strict";
import { readGifHeader } from "./gif_header.ts";

/** Width and height alone. */
function sizeOf(bytes: Uint8Array): { width: number; height: number } {
  const { width, height } = readGifHeader(bytes);
  return { width, height };
}

/** Canvas of 10×20 with a global palette of 2 colours, and a comment before the first frame. */
function gif(frameWidth: number, frameHeight: number): Uint8Array {
  const head = [...new TextEncoder().encode("GIF89a"), 10, 0, 20, 0, 0x80, 0, 0];
  const palette = [0, 0, 0, 255, 255, 255];
  const comment = [0x21, 0xfe, 3, 1, 2, 3, 2, 1, 2, 0];
  const frame = [0x2c, 0, 0, 0, 0, frameWidth, 0, frameHeight, 0, 0];
  return Uint8Array.from([...head, ...palette, ...comment, ...frame]);
}

Deno.test("readGifHeader() is the larger of canvas and first frame, in each direction", () => {
  assert.deepEqual(sizeOf(gif(1, 1)), { width: 10, height: 20 });
  assert.deepEqual(sizeOf(gif(200, 1)), { width: 200, height: 20 });
  assert.deepEqual(sizeOf(gif(1, 200)), { width: 10, height: 200 });
});

Deno.test("readGifHeader() finds the first frame behind a palette of any size, or none", () => {
  const bytes = gif(200, 1);
  for (const [flags, colours] of [[0, 0], [7, 0], [0x80, 2], [0x82, 8], [0x87, 256]] as const) {
    const palette = Array(3 * colours).fill(0);
    const other = [...bytes.subarray(0, 13), ...palette, ...bytes.subarray(13 + 6)];
    other[10] = flags;
    const size = sizeOf(Uint8Array.from(other));
    assert.deepEqual(size, { width: 200, height: 20 }, `${flags}`);
  }
});
