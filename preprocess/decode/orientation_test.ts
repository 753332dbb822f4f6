import assert from "node:assert/strict";
import fc from "../../testing/fast_check.ts";
import { applyOrientation } from "./orientation.ts";
import { pixelBytes, type PixelImage, type PixelMode } from "../contract/pixels.ts";

/** 3×2: 0 1 2 above 3 4 5. */
const GRAY: PixelImage = {
  width: 3,
  height: 2,
  mode: "L",
  data: Uint8Array.of(0, 1, 2, 3, 4, 5),
};

function rows(image: PixelImage): string {
  const lines = Array.from(
    { length: image.height },
    (_, y) => image.data.subarray(y * image.width, (y + 1) * image.width).join(""),
  );
  return lines.join("/");
}

Deno.test("applyOrientation() turns pixels as the EXIF standard draws them", () => {
  const turned: Record<number, string> = {
    1: "012/345",
    2: "210/543",
    3: "543/210",
    4: "345/012",
    5: "03/14/25",
    6: "30/41/52",
    7: "52/41/30",
    8: "25/14/03",
  };
  for (const [orientation, expected] of Object.entries(turned)) {
    assert.equal(rows(applyOrientation(GRAY, Number(orientation))), expected, orientation);
  }
});

Deno.test("applyOrientation() turns what scaled pixels show with them", () => {
  const extent = { x: 0, y: 0, width: 2.5, height: 1.75 };
  const turned: Record<number, number[]> = {
    1: [0, 0, 2.5, 1.75],
    2: [0.5, 0, 2.5, 1.75],
    3: [0.5, 0.25, 2.5, 1.75],
    4: [0, 0.25, 2.5, 1.75],
    5: [0, 0, 1.75, 2.5],
    6: [0.25, 0, 1.75, 2.5],
    7: [0.25, 0.5, 1.75, 2.5],
    8: [0, 0.5, 1.75, 2.5],
  };
  for (const [orientation, expected] of Object.entries(turned)) {
    const image = applyOrientation({ ...GRAY, extent }, Number(orientation));
    const { x, y, width, height } = image.extent ?? assert.fail("no extent");
    assert.deepEqual([x, y, width, height], expected, orientation);
  }
});

Deno.test("applyOrientation() returns the image itself where nothing turns", () => {
  for (const orientation of [1, 0, 9]) assert.equal(applyOrientation(GRAY, orientation), GRAY);
});

Deno.test("applyOrientation() is undone by its inverse, whatever the size and mode", () => {
  const inverses = [[2, 2], [3, 3], [4, 4], [5, 5], [6, 8], [7, 7], [8, 6]] as const;
  const side = fc.integer({ min: 1, max: 9 });
  const mode = fc.constantFrom<PixelMode[]>("L", "RGB", "CMYK", "I;16");
  fc.assert(fc.property(side, side, mode, (width, height, mode) => {
    const bytes = pixelBytes({ mode });
    const data = Uint8Array.from({ length: width * height * bytes }, (_, index) => index);
    const image = { width, height, mode, data };
    for (const [orientation, inverse] of inverses) {
      const there = applyOrientation(image, orientation);
      assert.deepEqual(applyOrientation(there, inverse), image, String(orientation));
    }
  }));
});

Deno.test("applyOrientation() reads no further than the picture, into a buffer of its own", () => {
  const data = new Uint8Array(100).fill(9);
  data.set(GRAY.data);
  const turned = applyOrientation({ ...GRAY, data }, 3);
  assert.equal(turned.data.length, 6);
  assert.notEqual(turned.data.buffer, data.buffer);
});
