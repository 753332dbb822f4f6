import assert from "node:assert/strict";
import { readRasters } from "../../../testing/goldens/read_rasters.ts";
import { decodeWebp } from "./webp_decoder.ts";

// Equality with Pillow stands in rasters_test.ts.

const FILES = new Map(readRasters("webp").map(({ name, file }) => [name, file]));

function decode(name: string) {
  return decodeWebp(FILES.get(name) ?? new Uint8Array());
}

Deno.test("decodeWebp() gives RGB, or RGBA where pixels may be transparent", () => {
  const opaque = decode("wave_q80_3_17x33");
  assert.deepEqual([opaque.mode, opaque.data.length], ["RGB", 17 * 33 * 3]);
  const clear = decode("wave_exact_4_17x33");
  assert.deepEqual([clear.mode, clear.data.length], ["RGBA", 17 * 33 * 4]);
});

Deno.test("decodeWebp() puts an animation's first frame at its place on a canvas of nothing", () => {
  const { width, mode, data } = decode("anim_part_alpha_18");
  const pixel = (x: number, y: number) => [...data.subarray((y * width + x) * 4).subarray(0, 4)];
  assert.equal(mode, "RGBA");
  assert.deepEqual(pixel(19, 20), [0, 0, 0, 0]);
  assert.equal(pixel(20, 20)[3], 128);
  assert.deepEqual(pixel(39, 19), [0, 0, 0, 0]);
});

Deno.test("decodeWebp() throws for damage that only the codec sees", () => {
  assert.throws(() => decode("cut_inside_lossless_0.5"), /codec gave up/);
});
