import assert from "node:assert/strict";
import fc from "fast-check";
import { cropGeometry, cropWindows } from "./geometry.ts";

Deno.test("cropGeometry() truncates the longer side and rounds the window's place half to even", () => {
  // [width, height] → [resized width, resized height, left, top], as torchvision has them.
  const cases: [[number, number], [number, number, number, number]][] = [
    [[224, 224], [224, 224, 0, 0]],
    [[640, 480], [298, 224, 37, 0]],
    [[480, 640], [224, 298, 0, 37]],
    [[100, 100], [224, 224, 0, 0]],
    [[225, 224], [225, 224, 0, 0]],
    [[227, 224], [227, 224, 2, 0]],
    [[224, 229], [224, 229, 0, 2]],
    [[224, 231], [224, 231, 0, 4]],
    [[3, 2], [336, 224, 56, 0]],
    [[1, 65500], [224, 14_672_000, 0, 7_335_888]],
  ];
  for (const [[width, height], [resizedWidth, resizedHeight, left, top]] of cases) {
    const expected = { resizedWidth, resizedHeight, left, top, size: 224 };
    assert.deepEqual(cropGeometry(width, height, 224), expected, `${width}×${height}`);
  }
});

Deno.test("cropGeometry() keeps the window inside the resized photo", () => {
  const side = fc.integer({ min: 1, max: 65_535 });
  fc.assert(fc.property(side, side, fc.integer({ min: 1, max: 512 }), (width, height, size) => {
    const { resizedWidth, resizedHeight, left, top } = cropGeometry(width, height, size);
    assert.equal(Math.min(resizedWidth, resizedHeight), size);
    assert.ok(left >= 0 && left + size <= resizedWidth);
    assert.ok(top >= 0 && top + size <= resizedHeight);
    assert.ok(Math.abs(resizedWidth - size - 2 * left) <= 1);
    assert.ok(Math.abs(resizedHeight - size - 2 * top) <= 1);
  }));
});

Deno.test("cropWindows() of a scaled photo lie where those of the whole one do", () => {
  const side = fc.integer({ min: 8, max: 65_535 });
  fc.assert(fc.property(side, side, fc.constantFrom(2, 4, 8), (width, height, denominator) => {
    const extent = { x: 0, y: 0, width: width / denominator, height: height / denominator };
    const scaled = {
      width: Math.ceil(extent.width),
      height: Math.ceil(extent.height),
      mode: "RGB",
      extent,
    } as const;
    const windows = cropWindows(scaled, 224);
    assert.deepEqual(windows.geometry, cropGeometry(width, height, 224));
    assert.deepEqual(windows.columns.box, { start: 0, length: width / denominator });
    assert.deepEqual(windows.rows.box, { start: 0, length: height / denominator });
  }));
});

Deno.test("cropGeometry() of a turned photo is the turned geometry", () => {
  const side = fc.integer({ min: 1, max: 65_535 });
  fc.assert(fc.property(side, side, (width, height) => {
    const upright = cropGeometry(width, height, 224);
    const turned = cropGeometry(height, width, 224);
    assert.deepEqual(
      [turned.resizedWidth, turned.resizedHeight, turned.left, turned.top],
      [upright.resizedHeight, upright.resizedWidth, upright.top, upright.left],
    );
  }));
});
