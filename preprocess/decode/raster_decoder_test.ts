import assert from "node:assert/strict";
import { sha256 } from "../../testing/digest.ts";
import { readGoldenFile } from "../../testing/goldens/read_goldens.ts";
import { decodeRaster } from "./raster_decoder.ts";

/** A canvas of 3×2 with one white frame of 1×1 at (2, 1), and a palette of black and white. */
function gifWithSmallFrame(): Uint8Array<ArrayBuffer> {
  const head = [...new TextEncoder().encode("GIF89a"), 3, 0, 2, 0, 0x80, 0, 0];
  const palette = [0, 0, 0, 255, 255, 255];
  const frame = [0x2c, 2, 0, 1, 0, 1, 0, 1, 0, 0];
  // LZW of 3-bit codes: clear (4), colour 1, end (5).
  const data = [2, 2, 0b01_001_100, 0b1, 0];
  return Uint8Array.from([...head, ...palette, ...frame, ...data, 0x3b]);
}

// Equality of PNG, GIF and TIFF with Pillow stands in goldens_test.ts.

Deno.test("decodeRaster() puts a GIF's frame at its place on a black canvas", async () => {
  const { width, height, mode, data } = await decodeRaster(gifWithSmallFrame(), "gif");
  assert.deepEqual([width, height, mode], [3, 2, "RGB"]);
  assert.deepEqual([...data], [...new Array(15).fill(0), 255, 255, 255]);
});

Deno.test("decodeRaster() answers invalid_image for damaged files of every format", async () => {
  const files = {
    png: readGoldenFile("refused/damaged_png_cut_half.png"),
    gif: readGoldenFile("refused/damaged_gif_cut_half.gif"),
    tiff: readGoldenFile("refused/damaged_tiff_cut_half.tif"),
  } as const;
  for (const [format, bytes] of Object.entries(files)) {
    await assert.rejects(decodeRaster(bytes, format as keyof typeof files), {
      name: "Refusal",
      code: "invalid_image",
      message: "Cannot decode image: the file is damaged",
    }, format);
  }
});

Deno.test("decodeRaster() is not spoilt by a damaged file before or beside it", async () => {
  const whole = readGoldenFile("other/png_rgb_97x61.png");
  const damaged = readGoldenFile("refused/damaged_png_bad_crc.png");
  const expected = sha256((await decodeRaster(whole, "png")).data);
  const replies = await Promise.allSettled(
    [damaged, whole, damaged, whole].map((bytes) => decodeRaster(bytes, "png")),
  );
  assert.deepEqual(replies.map(({ status }) => status), [
    "rejected",
    "fulfilled",
    "rejected",
    "fulfilled",
  ]);
  for (const reply of replies) {
    if (reply.status === "fulfilled") assert.equal(sha256(reply.value.data), expected);
  }
});
