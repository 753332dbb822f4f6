import assert from "node:assert/strict";
import { yCbCrToRgb } from "./ycbcr.ts";

Deno.test("yCbCrToRgb() gives Pillow's levels, clipped at both ends", () => {
  // Image.new("YCbCr", (1, 1), pixel).convert("RGB").getpixel((0, 0)) of Pillow 13.0.0.
  const levels = [
    [[128, 128, 128], [128, 128, 128]],
    [[0, 0, 0], [0, 135, 0]],
    [[200, 90, 30], [62, 255, 132]],
    [[17, 129, 127], [15, 17, 18]],
    [[100, 3, 250], [255, 55, 0]],
  ] as const;
  const converted = yCbCrToRgb(Uint8Array.from(levels.flatMap(([pixel]) => pixel)));
  assert.deepEqual([...converted], levels.flatMap(([, rgb]) => rgb));
});
