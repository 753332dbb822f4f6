import assert from "node:assert/strict";
import fc from "fast-check";
import { readGoldenFile, readGoldens } from "../../testing/goldens/read_goldens.ts";
import { Refusal } from "../contract/refusal.ts";
import { sniffFormat } from "./format.ts";
import { type RasterFormat, rasterHeader } from "./raster_headers.ts";

const FORMATS: readonly RasterFormat[] = ["png", "gif", "tiff"];

function formatOf(bytes: Uint8Array): RasterFormat {
  return sniffFormat(bytes) as RasterFormat;
}

/** Width and height alone. */
function sizeOf(bytes: Uint8Array, format: RasterFormat): { width: number; height: number } {
  const { width, height } = rasterHeader(bytes, format);
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

/** The sizes as LONG where the second is above 65,535, else as SHORT. */
function tiff(width: number, height: number, littleEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(8 + 2 + 3 * 12);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(littleEndian ? "II*\0" : "MM\0*"));
  view.setUint32(4, 8, littleEndian);
  view.setUint16(8, 3, littleEndian);
  [[258, 8], [256, width], [257, height]].forEach(([tag = 0, value = 0], index) => {
    const entry = 10 + index * 12;
    view.setUint16(entry, tag, littleEndian);
    view.setUint16(entry + 2, value > 0xffff ? 4 : 3, littleEndian);
    view.setUint32(entry + 4, 1, littleEndian);
    if (value > 0xffff) view.setUint32(entry + 8, value, littleEndian);
    else view.setUint16(entry + 8, value, littleEndian);
  });
  return bytes;
}

Deno.test("rasterHeader() gives Pillow's size of every golden", () => {
  const entries = readGoldens().filter(({ name }) => name.startsWith("other/"));
  for (const { name, width, height } of entries) {
    const bytes = readGoldenFile(name);
    assert.deepEqual(sizeOf(bytes, formatOf(bytes)), { width, height }, name);
  }
});

Deno.test("rasterHeader() of a GIF is the larger of canvas and first frame, in each direction", () => {
  assert.deepEqual(sizeOf(gif(1, 1), "gif"), { width: 10, height: 20 });
  assert.deepEqual(sizeOf(gif(200, 1), "gif"), { width: 200, height: 20 });
  assert.deepEqual(sizeOf(gif(1, 200), "gif"), { width: 10, height: 200 });
});

Deno.test("rasterHeader() of a GIF finds the first frame behind a palette of any size, or none", () => {
  const bytes = gif(200, 1);
  for (const [flags, colours] of [[0, 0], [7, 0], [0x80, 2], [0x82, 8], [0x87, 256]] as const) {
    const palette = Array(3 * colours).fill(0);
    const other = [...bytes.subarray(0, 13), ...palette, ...bytes.subarray(13 + 6)];
    other[10] = flags;
    const size = sizeOf(Uint8Array.from(other), "gif");
    assert.deepEqual(size, { width: 200, height: 20 }, `${flags}`);
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

Deno.test("rasterHeader() of a TIFF reads both byte orders, SHORT and LONG", () => {
  for (const littleEndian of [true, false]) {
    const bytes = tiff(300, 100_000, littleEndian);
    assert.deepEqual(sizeOf(bytes, "tiff"), { width: 300, height: 100_000 });
  }
});

Deno.test("rasterHeader() of a TIFF that does not say its size is nothing", () => {
  const bytes = tiff(300, 200, true);
  for (const entry of [1, 2]) bytes[10 + 12 * entry] = 100;
  assert.deepEqual(sizeOf(bytes, "tiff"), { width: 0, height: 0 });
});

Deno.test("rasterHeader() refuses headers that end early", () => {
  const files = {
    png: "other/png_rgb_1x1.png",
    gif: "other/gif_1x1.gif",
    tiff: "other/tiff_rgb_9x5.tif",
  };
  const cuts = { png: 23, gif: 15, tiff: 9 };
  for (const format of FORMATS) {
    const bytes = readGoldenFile(files[format]).subarray(0, cuts[format]);
    const message = `Cannot decode image: the ${format.toUpperCase()} header ends early`;
    assert.throws(() => rasterHeader(bytes, format), { code: "invalid_image", message });
  }
});

Deno.test("rasterHeader() meets any bytes without another error", () => {
  const bytes = fc.uint8Array({ maxLength: 80 });
  fc.assert(fc.property(bytes, fc.constantFrom(...FORMATS), (bytes, format) => {
    try {
      const { width, height } = rasterHeader(bytes, format);
      assert.ok(width >= 0 && height >= 0);
    } catch (error) {
      assert.ok(error instanceof Refusal && error.code === "invalid_image", String(error));
    }
  }));
});
