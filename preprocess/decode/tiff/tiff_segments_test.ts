import assert from "node:assert/strict";
import { assertCoverage, assertPackedBytes } from "./tiff_segments.ts";

const code = "image_too_large";

Deno.test("assertCoverage() refuses more strips or tiles than anybody makes", () => {
  assertCoverage({ count: 16_384, pixels: 1 }, 1);
  assert.throws(() => assertCoverage({ count: 16_385, pixels: 1 }, 1), {
    code,
    message: "Cannot decode image as its strips or tiles must be ≤ 16384: current value is 16385",
  });
});

Deno.test("assertCoverage() lets strips and tiles have four times the picture's pixels, and small ones more", () => {
  assertCoverage({ count: 1, pixels: 4_194_304 }, 10);
  assertCoverage({ count: 1, pixels: 40_000_000 }, 10_000_000);
  assert.throws(() => assertCoverage({ count: 1, pixels: 4_194_305 }, 10), { code });
  assert.throws(() => assertCoverage({ count: 1, pixels: 40_000_001 }, 10_000_000), { code });
});

Deno.test("assertPackedBytes() refuses strips that lie upon each other", () => {
  assertPackedBytes(400, 100);
  assert.throws(() => assertPackedBytes(401, 100), {
    code,
    message: /bytes of its strips or tiles must be ≤ 400: current value is 401$/,
  });
});
