import assert from "node:assert/strict";
import { bmpOf } from "../../testing/bmp_bytes.ts";
import { sha256 } from "../../testing/digest.ts";
import { readGoldenFile } from "../../testing/goldens/read_goldens.ts";
import { decodeRaster } from "./raster_decoder.ts";

// Equality with Pillow stands in rasters_test.ts and goldens_test.ts.

Deno.test("decodeRaster() answers invalid_image for damaged files of every format", async () => {
  const files = {
    png: readGoldenFile("refused/damaged_png_cut_half.png"),
    gif: readGoldenFile("refused/damaged_gif_cut_half.gif"),
    bmp: bmpOf({}, [], [1, 2, 3]),
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
