import assert from "node:assert/strict";
import { bmpOf } from "../../testing/bmp_bytes.ts";
import fc from "../../testing/fast_check.ts";
import { readGoldenFile, readGoldens } from "../../testing/goldens/read_goldens.ts";
import { Refusal } from "../contract/refusal.ts";
import { sniffFormat } from "./format.ts";
import { type RasterFormat, rasterHeader } from "./raster_headers.ts";

const FORMATS = ["png", "gif", "bmp", "tiff"] as const;
const ALL: readonly RasterFormat[] = [...FORMATS, "webp"];

function formatOf(bytes: Uint8Array): RasterFormat {
  return sniffFormat(bytes) as RasterFormat;
}

/** Width and height alone. */
function sizeOf(bytes: Uint8Array, format: RasterFormat): { width: number; height: number } {
  const { width, height } = rasterHeader(bytes, format);
  return { width, height };
}

Deno.test("rasterHeader() gives Pillow's size of every golden", () => {
  const entries = readGoldens().filter(({ name }) => name.startsWith("other/"));
  for (const { name, width, height } of entries) {
    const bytes = readGoldenFile(name);
    assert.deepEqual(sizeOf(bytes, formatOf(bytes)), { width, height }, name);
  }
});

Deno.test("rasterHeader().sampleBytes is that of the file's samples", () => {
  const sampleBytes = (name: string) => {
    const bytes = readGoldenFile(`other/${name}`);
    return rasterHeader(bytes, formatOf(bytes)).sampleBytes;
  };
  const found = [
    "gif_static_97x61.gif",
    "png_rgb_97x61.png",
    "png_palette_97x61.png",
    "tiff_bilevel_g4_97x61.tif",
    "tiff_gray_16bit_9x5.tif",
    "tiff_rgba_97x61.tif",
  ].map(sampleBytes);
  assert.deepEqual(found, [1, 3, 1, 1 / 8, 2, 4]);
});

Deno.test("rasterHeader() refuses headers that end early", () => {
  const cuts = {
    png: readGoldenFile("other/png_rgb_1x1.png").subarray(0, 23),
    gif: readGoldenFile("other/gif_1x1.gif").subarray(0, 15),
    bmp: bmpOf({}).subarray(0, 53),
    tiff: readGoldenFile("other/tiff_rgb_9x5.tif").subarray(0, 9),
  };
  for (const format of FORMATS) {
    const bytes = cuts[format];
    const message = `Cannot decode image: the ${format.toUpperCase()} header ends early`;
    assert.throws(() => rasterHeader(bytes, format), { code: "invalid_image", message });
  }
});

Deno.test("rasterHeader() meets any bytes without another error", () => {
  const bytes = fc.uint8Array({ maxLength: 80 });
  fc.assert(fc.property(bytes, fc.constantFrom(...ALL), (bytes, format) => {
    try {
      const { width, height } = rasterHeader(bytes, format);
      assert.ok(width >= 0 && height >= 0);
    } catch (error) {
      assert.ok(error instanceof Refusal, String(error));
      const isKind = error.code === "unsupported_image" && format === "bmp";
      assert.ok(isKind || error.code === "invalid_image", String(error));
    }
  }));
});
