import assert from "node:assert/strict";
import { readGoldenFile } from "../../testing/goldens/read_goldens.ts";
import { decodeGif, decodePng } from "./imagescript_codecs.ts";

// What the pixels are stands in raster_decoder_test.ts and goldens_test.ts.

Deno.test("decodePng() and decodeGif() leave pixels in the codec's memory, one instance an image", () => {
  const png = readGoldenFile("other/png_rgb_97x61.png");
  const gif = readGoldenFile("other/gif_static_97x61.gif");
  const images = [decodePng(png), decodePng(png), decodeGif(gif), decodeGif(gif)];
  for (const { width, height, rgba } of images) {
    assert.deepEqual([width, height, rgba.length], [97, 61, 97 * 61 * 4]);
    assert.ok(rgba.buffer.byteLength > rgba.length);
  }
  assert.equal(new Set(images.map(({ rgba }) => rgba.buffer)).size, 4);
});

Deno.test("decodeGif() throws for a file without a frame, and for a damaged one", () => {
  const empty = readGoldenFile("other/gif_static_97x61.gif").slice(0, 13 + 3 * 256);
  empty[empty.length - 1] = 0x3b;
  assert.throws(() => decodeGif(empty));
  assert.throws(() => decodeGif(readGoldenFile("refused/damaged_gif_cut_half.gif")), /damaged/);
});

Deno.test("decodePng() throws for a damaged file", () => {
  const damaged = readGoldenFile("refused/damaged_png_bad_crc.png");
  assert.throws(() => decodePng(damaged), /^Error: Cannot decode PNG: the codec says -/);
});
