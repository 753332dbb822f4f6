import assert from "node:assert/strict";
import { readGoldenFile, readGoldens } from "../../../testing/goldens/read_goldens.ts";
import { readRasters } from "../../../testing/goldens/read_rasters.ts";
import { sniffFormat } from "../../../preprocess/header/format.ts";
import { imageSize } from "./image_size.ts";

Deno.test("imageSize() is what Pillow calls size, of every kind of JPEG, however it is to be turned", () => {
  const goldens = readGoldens().filter(({ name, u8 }) => name.startsWith("inputs/") && u8);
  assert.ok(goldens.some(({ name }) => name.includes("exif_")));
  for (const { name, width, height } of goldens) {
    assert.deepEqual(imageSize(readGoldenFile(name)), { width, height }, name);
  }
});

for (const format of ["png", "gif", "bmp", "tiff", "webp"]) {
  Deno.test(`imageSize() is what Pillow calls size, of every kind of ${format.toUpperCase()}`, () => {
    for (const { name, file, width, height, u8 } of readRasters(format)) {
      const isDecoded = u8 !== undefined && sniffFormat(file) === format;
      if (isDecoded) assert.deepEqual(imageSize(file), { width, height }, name);
    }
  });
}

Deno.test("imageSize() knows none of what is no image", () => {
  assert.equal(imageSize(new Uint8Array()), undefined);
  assert.equal(imageSize(Uint8Array.of(0xff, 0xd8, 0xff)), undefined);
});
