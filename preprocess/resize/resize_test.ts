import assert from "node:assert/strict";
import { sha256 } from "../../testing/digest.ts";
import fc from "../../testing/fast_check.ts";
import { pixelBytes, type PixelImage, type PixelMode } from "../contract/pixels.ts";
import type { PillowVersion } from "../contract/preprocess_spec.ts";
import { resizeAndCrop } from "./resize.ts";

const side = fc.integer({ min: 1, max: 70 });
const cropSide = fc.integer({ min: 1, max: 40 });
const pillow: fc.Arbitrary<PillowVersion> = fc.constantFrom(12, 13);

function constant(width: number, height: number, level: number): PixelImage {
  return { width, height, mode: "L", data: new Uint8Array(width * height).fill(level) };
}

/** A photo of pseudo-random levels, equal for equal seeds. */
function noise(width: number, height: number, mode: PixelMode): PixelImage {
  let state = width * 65_537 + height;
  const data = Uint8Array.from({ length: width * height * pixelBytes({ mode }) }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state >>> 24;
  });
  return { width, height, mode, data };
}

// Equality with Pillow itself stands in goldens_test.ts.

Deno.test("resizeAndCrop() of one level is that level, at any size and scale", () => {
  const level = fc.nat({ max: 255 });
  fc.assert(
    fc.property(side, side, cropSide, level, pillow, (width, height, size, level, pillow) => {
      const crop = resizeAndCrop(constant(width, height, level), { size, pillow });
      assert.equal(crop.length, size * size);
      assert.ok(crop.every((value) => value === level));
    }),
  );
});

Deno.test("resizeAndCrop() treats every channel alike", () => {
  const mode = fc.constantFrom("RGB" as const, "CMYK" as const);
  fc.assert(
    fc.property(side, side, cropSide, mode, pillow, (width, height, size, mode, pillow) => {
      const gray = noise(width, height, "L");
      const channels = pixelBytes({ mode });
      const data = new Uint8Array(gray.data.length * channels);
      gray.data.forEach((value, pixel) =>
        data.fill(value, pixel * channels, (pixel + 1) * channels)
      );
      const crop = resizeAndCrop({ ...gray, mode, data }, { size, pillow });
      const grayCrop = resizeAndCrop(gray, { size, pillow });
      assert.ok(crop.every((value, sample) => value === grayCrop[Math.floor(sample / channels)]));
    }),
  );
});

Deno.test("resizeAndCrop() copies the centre of a photo of the model's size", () => {
  const photo = noise(40, 30, "RGB");
  const crop = resizeAndCrop(photo, { size: 30, pillow: 13 });
  for (let row = 0; row < 30; row++) {
    const line = photo.data.subarray((row * 40 + 5) * 3, (row * 40 + 35) * 3);
    assert.deepEqual(crop.subarray(row * 90, (row + 1) * 90), line, `row ${row}`);
  }
});

Deno.test("resizeAndCrop() changes the order of passes with Pillow 13, for tall photos only", () => {
  const isApart = (width: number, height: number) => {
    const photo = noise(width, height, "L");
    return sha256(resizeAndCrop(photo, { size: 32, pillow: 12 })) !==
      sha256(resizeAndCrop(photo, { size: 32, pillow: 13 }));
  };
  assert.equal(isApart(70, 300), true);
  assert.equal(isApart(300, 70), false);
  assert.equal(isApart(70, 70), false);
  assert.equal(isApart(20, 60), false);
});

Deno.test("resizeAndCrop() never writes to the photo, and returns a buffer of its own", () => {
  const photo = noise(30, 30, "RGB");
  const before = sha256(photo.data);
  const crop = resizeAndCrop(photo, { size: 30, pillow: 13 });
  crop.fill(0);
  assert.equal(sha256(photo.data), before);
});

Deno.test("resizeAndCrop() of a photo 1 pixel thin holds little memory, either way round", () => {
  // Resized in full they would take 3.3 GB.
  for (const [width, height] of [[1, 65_500], [65_500, 1]] as const) {
    const photo = noise(width, height, "L");
    const before = Deno.memoryUsage().external;
    const crop = resizeAndCrop(photo, { size: 224, pillow: 13 });
    const held = Deno.memoryUsage().external - before;
    assert.equal(crop.length, 224 * 224);
    assert.ok(held < 2 ** 20, `${width}×${height} held ${held} bytes`);
  }
});
