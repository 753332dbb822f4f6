import assert from "node:assert/strict";
import fc from "../../testing/fast_check.ts";
import { cmykToRgb, grayToRgb, indicesToRgb } from "./to_rgb.ts";

Deno.test("cmykToRgb() is within half a level of the exact product", () => {
  const level = fc.nat({ max: 255 });
  fc.assert(fc.property(level, level, level, level, (cyan, magenta, yellow, key) => {
    const rgb = cmykToRgb(Uint8Array.of(cyan, magenta, yellow, key));
    [cyan, magenta, yellow].forEach((ink, index) => {
      const exact = (255 - key) * (1 - ink / 255);
      assert.ok(Math.abs((rgb[index] ?? NaN) - exact) <= 0.5, `ink ${ink}, key ${key}`);
    });
  }));
});

Deno.test("grayToRgb() repeats levels, and indicesToRgb() looks them up", () => {
  assert.deepEqual([...grayToRgb(Uint8Array.of(7, 9))], [7, 7, 7, 9, 9, 9]);
  const palette = Uint8Array.of(1, 2, 3, 4, 5, 6);
  assert.deepEqual([...indicesToRgb(Uint8Array.of(1, 0), palette)], [4, 5, 6, 1, 2, 3]);
  assert.throws(() => indicesToRgb(Uint8Array.of(1), undefined), TypeError);
});
