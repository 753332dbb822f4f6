/** Images of which only part is held, in the kernel and in the plain code. */
import assert from "node:assert/strict";
import { sha256 } from "../../testing/digest.ts";
import fc from "../../testing/fast_check.ts";
import {
  casePixels,
  cropSettings,
  NORMALIZATION,
  resizeCases,
} from "../../testing/resize_cases.ts";
import { pixelBytes, type PixelImage, type PixelRegion } from "../contract/pixels.ts";
import { rgbCrop } from "../resize/rgb_crop.ts";
import { ResizeKernel } from "./simd_resize.ts";

const SHAPE = { width: 640, height: 480, mode: "RGB" } as const;

/** The same image with nothing but a region of it. */
function holding(image: PixelImage, held: PixelRegion): PixelImage {
  const { width } = image;
  const channels = pixelBytes(image);
  const data = new Uint8Array(held.width * held.height * channels);
  for (let row = 0; row < held.height; row++) {
    const from = ((held.y + row) * width + held.x) * channels;
    data.set(image.data.subarray(from, from + held.width * channels), row * held.width * channels);
  }
  return { ...image, held, data };
}

/** A region around another one, with so much of the rest on each side. */
function around(
  { width, height }: PixelImage,
  window: PixelRegion,
  [left, top, right, bottom]: readonly [number, number, number, number],
): PixelRegion {
  const x = Math.round(window.x * left);
  const y = Math.round(window.y * top);
  const endX = window.x + window.width;
  const endY = window.y + window.height;
  return {
    x,
    y,
    width: endX + Math.round((width - endX) * right) - x,
    height: endY + Math.round((height - endY) * bottom) - y,
  };
}

Deno.test("ResizeKernel and the plain code crop alike whatever they hold around the window", () => {
  const part = fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true }));
  const parts = fc.tuple(part, part, part, part);
  fc.assert(
    fc.property(resizeCases, parts, (resizeCase, parts) => {
      const { width, height, mode, extent, memory } = resizeCase;
      const settings = cropSettings(resizeCase);
      const data = casePixels(resizeCase);
      const image: PixelImage = { width, height, mode, data, ...extent && { extent } };
      const expected = rgbCrop(image, settings);
      const memoryMax = memory === "oracle" ? { memoryBytesMax: 0 } : {};
      const kernel = new ResizeKernel({ ...settings, ...NORMALIZATION, ...memoryMax });
      const part = holding(image, around(image, kernel.window(image), parts));
      assert.equal(sha256(rgbCrop(part, settings)), sha256(expected));
      const inside = memory === "inside" ? kernel.input(part) : undefined;
      inside?.set(part.data);
      const crop = kernel.crop({ ...part, data: inside ?? part.data });
      assert.equal(sha256(crop), sha256(expected));
    }),
    { numRuns: 150 },
  );
});

Deno.test("ResizeKernel.input() gives as many bytes as are held", () => {
  const kernel = new ResizeKernel({ size: 224, pillow: 13, ...NORMALIZATION });
  assert.equal(kernel.input(SHAPE).length, 640 * 480 * 3);
  const held = { x: 48, y: 0, width: 544, height: 480 };
  assert.equal(kernel.input({ ...SHAPE, held }).length, 544 * 480 * 3);
  assert.equal(kernel.input(SHAPE).length, 640 * 480 * 3);
});

Deno.test("ResizeKernel.crop() refuses an image that lacks pixels of its window", () => {
  const kernel = new ResizeKernel({ size: 224, pillow: 13, ...NORMALIZATION });
  const window = kernel.window(SHAPE);
  const lacking = [
    { ...window, x: window.x + 1 },
    { ...window, width: window.width - 1 },
    { ...window, y: 1 },
    { ...window, height: window.height - 1 },
  ];
  for (const held of lacking) {
    const data = new Uint8Array(SHAPE.width * SHAPE.height * 3);
    assert.throws(() => kernel.crop({ ...SHAPE, held, data }), {
      name: "RangeError",
      message: "Cannot crop image as it must hold all pixels that are looked at",
    });
  }
});
