import assert from "node:assert/strict";
import { photoQuality } from "./photo_quality.ts";

const SIDE = 16;

/** A gray picture. */
function picture(level: (x: number, y: number) => number): Uint8Array {
  const pixels = new Uint8Array(SIDE * SIDE * 3);
  for (let at = 0; at < SIDE * SIDE; at++) {
    pixels.fill(level(at % SIDE, Math.floor(at / SIDE)), at * 3, at * 3 + 3);
  }
  return pixels;
}

const sharpness = (level: (x: number, y: number) => number) =>
  photoQuality(picture(level), SIDE).sharpness;

Deno.test("photoQuality() calls hard edges sharper than soft ones, whatever their contrast", () => {
  const hard = sharpness((x) => x < 8 ? 50 : 200);
  const soft = sharpness((x) => 50 + 10 * x);
  const faint = sharpness((x) => x < 8 ? 100 : 115);
  assert.ok(hard > 10 * soft, `${hard} and ${soft}`);
  assert.ok(Math.abs(hard / faint - 1) < 0.01, `${hard} and ${faint}`);
  assert.equal(sharpness(() => 77), 0);
});

Deno.test("photoQuality() tells the parts that are as good as black and white", () => {
  const { dark, bright } = photoQuality(picture((x, y) => x < 4 ? 0 : y < 4 ? 255 : 128), SIDE);
  assert.deepEqual([dark, bright], [0.25, 0.1875]);
});
