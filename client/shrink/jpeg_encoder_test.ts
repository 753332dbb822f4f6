import assert from "node:assert/strict";
import { DEFAULT_LIMITS } from "../../preprocess/contract/image_limits.ts";
import { ImageDecoder } from "../../preprocess/decode/image_decoder.ts";
import { judgeImage } from "../../preprocess/header/image_header.ts";
import { OPEN_CLIP } from "../../preprocess/contract/image_options.ts";
import { Preprocessor } from "../../preprocess/preprocessor.ts";
import { testFile } from "../../testing/harness.ts";
import { preprocessorSettings } from "../../testing/preprocessor_settings.ts";
import { JpegEncoder } from "./jpeg_encoder.ts";

Deno.test("JpegEncoder's files have the size and nearly the colours of what was encoded, one after another", async () => {
  const encoder = new JpegEncoder();
  using decoder = new ImageDecoder({
    ...{ turboJpegPath: undefined, limits: DEFAULT_LIMITS, fastSideMin: 1 },
  });
  for (
    const [width, height, colour] of [[33, 17, [200, 40, 90]], [16, 64, [10, 250, 60]]] as const
  ) {
    const data = Uint8Array.from({ length: width * height * 3 }, (_, at) => colour[at % 3] ?? 0);
    const bytes = encoder.encode({ width, height, data }, { quality: 82, subsampling: "4:2:0" });
    const header = judgeImage(bytes, DEFAULT_LIMITS);
    assert.deepEqual([header.format, header.width, header.height], ["jpeg", width, height]);
    const pixels = await decoder.decode({ bytes, header }, { decode: "exact", orient: "none" });
    const farthest = Math.max(
      ...[0, 1, 2].map((at) => Math.abs((colour[at] ?? 0) - (pixels.data[at] ?? 0))),
    );
    assert.ok(pixels.mode !== "RGB" || farthest < 8, `${farthest}`);
  }
});

Deno.test("JpegEncoder keeps a photo's pixels, the nearer the higher the quality", async () => {
  using preprocessor = new Preprocessor(preprocessorSettings());
  const encoder = new JpegEncoder();
  const cat = (await testFile("photos/cat.jpg")).slice();
  const { crop } = await preprocessor.preprocess(cat, OPEN_CLIP);
  const side = Math.sqrt(crop.length / 3);
  const errors: number[] = [];
  for (const quality of [70, 95, 100]) {
    const pixels = { width: side, height: side, data: crop };
    const file = encoder.encode(pixels, { quality, subsampling: "4:4:4" });
    const { crop: again } = await preprocessor.preprocess(file, OPEN_CLIP);
    const sum = crop.reduce(
      (total, level, index) => total + Math.abs(level - (again[index] as number)),
      0,
    );
    errors.push(sum / crop.length);
  }
  assert.deepEqual(errors, errors.toSorted((a, b) => b - a));
  assert.ok((errors[1] ?? 9) < 2 && (errors[2] ?? 9) < 0.8, `${errors}`);
});
