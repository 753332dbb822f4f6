import assert from "node:assert/strict";
import { pixelBytes, type PixelMode } from "../contract/pixels.ts";
import { rgbCrop } from "./rgb_crop.ts";

const MODES: readonly PixelMode[] = ["L", "P", "RGB", "RGBA", "CMYK", "I;16", "I", "F"];
const PIXEL = { size: 1, pillow: 13 } as const;

/** The crop of a photo of one colour, to one pixel. */
function one(...levels: number[]): number[] {
  const mode = ({ 1: "L", 3: "RGB", 4: "CMYK" } as const)[levels.length] ?? "L";
  const image = { width: 1, height: 1, mode, data: Uint8Array.from(levels) };
  return [...rgbCrop(image, PIXEL)];
}

Deno.test("rgbCrop() repeats gray, leaves RGB alone and takes ink from white", () => {
  assert.deepEqual(one(77), [77, 77, 77]);
  assert.deepEqual(one(1, 2, 3), [1, 2, 3]);
  assert.deepEqual(one(0, 0, 0, 0), [255, 255, 255]);
  assert.deepEqual(one(255, 0, 0, 0), [0, 255, 255]);
  assert.deepEqual(one(10, 20, 30, 255), [0, 0, 0]);
});

Deno.test("rgbCrop() gives a crop of the model's size from any mode", () => {
  for (const mode of MODES) {
    const data = new Uint8Array(600 * pixelBytes({ mode }));
    const image = { width: 30, height: 20, mode, data, palette: new Uint8Array(768) };
    assert.equal(rgbCrop(image, { size: 16, pillow: 13 }).length, 16 * 16 * 3);
  }
});

Deno.test("rgbCrop() resizes CMYK as CMYK: inks mix before they become light", () => {
  const [key, cyan] = [[0, 0, 0, 255], [255, 0, 0, 0]];
  const data = Uint8Array.from([key, cyan, key, cyan].flat());
  const crop = rgbCrop({ width: 2, height: 2, mode: "CMYK", data }, PIXEL);
  assert.deepEqual([...crop], [63, 127, 127]);
});
