import assert from "node:assert/strict";
import { decodeGif } from "./gif_decoder.ts";

/** A canvas of 3×2 with one frame of a pixel at (2, 1), of index 1. */
function gif(palette: readonly number[], ...extension: readonly number[]): Uint8Array<ArrayBuffer> {
  const head = [...new TextEncoder().encode("GIF89a"), 3, 0, 2, 0, 0x80, 0, 0];
  const frame = [0x2c, 2, 0, 1, 0, 1, 0, 1, 0, 0];
  // Of 3-bit codes: clear (4), 1, end (5).
  const data = [2, 2, 0b01_001_100, 0b1, 0];
  return Uint8Array.from([...head, ...palette, ...extension, ...frame, ...data, 0x3b]);
}

// What the pixels are is told by rasters_test.ts, beside Pillow.

Deno.test("decodeGif() puts the frame to its place, on a canvas of index 0 or the transparent one", () => {
  const colours = [1, 2, 3, 4, 5, 6];
  const { palette, ...image } = decodeGif(gif(colours));
  assert.deepEqual({ ...image, data: [...image.data] }, {
    ...{ width: 3, height: 2, mode: "P" },
    data: [0, 0, 0, 0, 0, 1],
  });
  assert.deepEqual([palette?.length, ...palette?.subarray(0, 7) ?? []], [768, ...colours, 0]);
  const transparent = decodeGif(gif(colours, 0x21, 0xf9, 4, 1, 0, 0, 7, 0));
  assert.deepEqual([...transparent.data], [7, 7, 7, 7, 7, 1]);
});

Deno.test("decodeGif() gives grays where the palette has but those", () => {
  const { mode, palette } = decodeGif(gif([0, 0, 0, 1, 1, 1]));
  assert.deepEqual([mode, palette], ["L", undefined]);
});

Deno.test("decodeGif() refuses a palette of grays beside one of colours, which Pillow cannot resize", () => {
  const bytes = [...gif([1, 2, 3, 4, 5, 6])];
  const place = bytes.lastIndexOf(0x2c) + 9;
  bytes.splice(place, 1, 0x80, 0, 0, 0, 1, 1, 1);
  assert.throws(() => decodeGif(Uint8Array.from(bytes)), { code: "unsupported_image" });
});

Deno.test("decodeGif() refuses a frame without pixels", () => {
  const bytes = gif([1, 2, 3, 4, 5, 6]);
  bytes[bytes.lastIndexOf(0x2c) + 5] = 0;
  assert.throws(() => decodeGif(bytes), /empty/);
});
