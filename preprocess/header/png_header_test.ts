import assert from "node:assert/strict";
import { readGoldenFile } from "../../testing/goldens/read_goldens.ts";
import { readPngHeader } from "./png_header.ts";

Deno.test("readPngHeader() gives the size, and the bytes of a pixel by colour type and depth", () => {
  const bytes = readGoldenFile("other/png_rgb_97x61.png");
  for (
    const [depth, type, sampleBytes] of [[8, 2, 3], [16, 6, 8], [1, 3, 1 / 8], [16, 4, 4]] as const
  ) {
    bytes.set([depth, type], 24);
    assert.deepEqual(readPngHeader(bytes), { width: 97, height: 61, sampleBytes });
  }
});

Deno.test("readPngHeader() gives the size of a file that ends behind it, and throws before that", () => {
  const bytes = readGoldenFile("other/png_rgb_97x61.png");
  assert.deepEqual(readPngHeader(bytes.subarray(0, 25)), { width: 97, height: 61 });
  assert.throws(() => readPngHeader(bytes.subarray(0, 23)), RangeError);
});
