import assert from "node:assert/strict";
import { readRasters } from "../../testing/goldens/read_rasters.ts";
import { readWebpHeader } from "./webp_header.ts";

const FILES = new Map(readRasters("webp").map(({ name, file }) => [name, file]));

function header(name: string) {
  return readWebpHeader(FILES.get(name) ?? new Uint8Array());
}

Deno.test("readWebpHeader() gives the canvas, and the orientation of EXIF before that of XMP", () => {
  const size = { width: 40, height: 30, sampleBytes: 4 };
  assert.deepEqual(header("icc"), { ...size, orientation: 1 });
  assert.deepEqual(header("exif"), { ...size, orientation: 6 });
  assert.deepEqual(header("xmp"), { ...size, orientation: 8 });
  assert.deepEqual(header("exif_and_xmp"), { ...size, orientation: 6 });
});

Deno.test("readWebpHeader() refuses damaged files", () => {
  const refusal = { code: "invalid_image", message: "Cannot decode image: the WebP is damaged" };
  for (const name of ["cut_lossy_0.5", "riff_size_long", "second_image", "anim_beyond_2"]) {
    assert.throws(() => header(name), refusal, name);
  }
});
