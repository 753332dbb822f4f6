import assert from "node:assert/strict";
import { decodeRaster } from "../../preprocess/decode/raster_decoder.ts";
import { writePng } from "./png_writer.ts";

const refuse = () => assert.fail("no TIFF");

for (const [width, height] of [[224, 224], [1, 1], [3, 50]] as const) {
  Deno.test(`writePng() keeps every sample of ${width} × ${height} pixels`, async () => {
    const noise = crypto.getRandomValues(new Uint8Array(1000));
    const pixels = Uint8Array.from({ length: width * height * 3 }, (_, index) =>
      // Smooth here, and noisy there.
      index % 2 === 0 ? index >> 3 : noise[index % noise.length] as number);
    const file = await writePng(pixels, width, height);
    const image = await decodeRaster(file, "png", refuse);
    assert.deepEqual([image.width, image.height, image.mode], [width, height, "RGB"]);
    // Not by deepEqual(), which words the difference of long lists for minutes.
    assert.ok(new Uint8Array(image.data).toHex() === pixels.toHex());
  });
}
