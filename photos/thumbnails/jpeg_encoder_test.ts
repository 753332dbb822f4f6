import assert from "node:assert/strict";
import { DEFAULT_LIMITS } from "../../preprocess/contract/image_limits.ts";
import { ImageDecoder } from "../../preprocess/decode/image_decoder.ts";
import { judgeImage } from "../../preprocess/header/image_header.ts";
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
    const bytes = encoder.encode({ width, height, data });
    const header = judgeImage(bytes, DEFAULT_LIMITS);
    assert.deepEqual([header.format, header.width, header.height], ["jpeg", width, height]);
    const pixels = await decoder.decode({ bytes, header }, { decode: "exact", orient: "none" });
    const farthest = Math.max(
      ...[0, 1, 2].map((at) => Math.abs((colour[at] ?? 0) - (pixels.data[at] ?? 0))),
    );
    assert.ok(pixels.mode !== "RGB" || farthest < 8, `${farthest}`);
  }
});
