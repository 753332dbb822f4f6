import assert from "node:assert/strict";
import { readRasters } from "../../../testing/goldens/read_rasters.ts";
import { decodeWebpPixels } from "./webp_codec.ts";

const PHOTO = readRasters("webp").find(({ name }) => name === "wave_lossless_3_17x33")?.file;

Deno.test("decodeWebpPixels() gives RGBA, and nothing for what is none", () => {
  assert.ok(PHOTO);
  const pixels = decodeWebpPixels(PHOTO);
  assert.deepEqual([pixels?.width, pixels?.height, pixels?.rgba.length], [17, 33, 17 * 33 * 4]);
  assert.equal(decodeWebpPixels(PHOTO.subarray(0, 100)), undefined);
  assert.equal(decodeWebpPixels(new Uint8Array(0)), undefined);
});

Deno.test("decodeWebpPixels() gives every picture memory of its own", () => {
  assert.ok(PHOTO);
  const first = decodeWebpPixels(PHOTO);
  const before = first?.rgba.slice();
  const second = decodeWebpPixels(PHOTO);
  second?.rgba.fill(7);
  assert.deepEqual(first?.rgba, before);
});
