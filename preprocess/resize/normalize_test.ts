import assert from "node:assert/strict";
import { createNormalizer } from "./normalize.ts";

const OPEN_CLIP = {
  mean: [0.48145466, 0.4578275, 0.40821073],
  std: [0.26862954, 0.26130258, 0.27577711],
} as const;

Deno.test("createNormalizer() turns pixels side by side into planes of one channel", () => {
  const normalize = createNormalizer({ mean: [0, 0, 0], std: [1 / 255, 1 / 255, 1 / 255] });
  const target = new Float32Array(12);
  normalize(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12), target);
  assert.deepEqual([...target].map(Math.round), [1, 4, 7, 10, 2, 5, 8, 11, 3, 6, 9, 12]);
});

Deno.test("createNormalizer() is within an f32 of the exact value for every level and channel", () => {
  const crop = Uint8Array.from({ length: 256 * 3 }, (_, index) => Math.floor(index / 3));
  const target = new Float32Array(crop.length);
  createNormalizer(OPEN_CLIP)(crop, target);
  target.forEach((value, index) => {
    const channel = Math.floor(index / 256) as 0 | 1 | 2;
    const exact = ((index % 256) / 255 - OPEN_CLIP.mean[channel]) / OPEN_CLIP.std[channel];
    assert.ok(Math.abs(value - exact) <= 3e-7, `level ${index % 256} of channel ${channel}`);
  });
});

Deno.test("createNormalizer() writes no further than the crop reaches", () => {
  const target = new Float32Array(5).fill(7);
  createNormalizer(OPEN_CLIP)(Uint8Array.of(0, 0, 0), target);
  assert.deepEqual([...target.subarray(3)], [7, 7]);
  assert.ok(target.subarray(0, 3).every((value) => value < 0));
});
