import assert from "node:assert/strict";
import fc from "../../testing/fast_check.ts";
import type { CropSettings } from "../contract/preprocess_spec.ts";
import { cropGeometry, cropWindows, hasMargins, keepsSize } from "./geometry.ts";

type GeometrySettings = Pick<CropSettings, "size" | "resize_mode">;

const SHORTEST = { size: 224 } as const;
const LONGEST = { size: 224, resize_mode: "longest" } as const;
const SQUASH = { size: 224, resize_mode: "squash" } as const;
const MODES = fc.constantFrom<GeometrySettings[]>(SHORTEST, LONGEST, SQUASH);
/** A window that is all of the crop. */
const WHOLE = { width: 224, height: 224, marginLeft: 0, marginTop: 0, size: 224 };

/** Whether a picture's shorter side has a pixel left. */
function isLeft(width: number, height: number, { size, resize_mode }: GeometrySettings): boolean {
  const [short, long] = [Math.min(width, height), Math.max(width, height)];
  return resize_mode !== "longest" || size * short > long / 2;
}

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
    const expected = { resizedWidth, resizedHeight, left, top, ...WHOLE };
    assert.deepEqual(cropGeometry(width, height, SHORTEST), expected, `${width}×${height}`);
  }
});

Deno.test("cropGeometry() brings the longer side to the size, rounds the other, and centres it", () => {
  // [width, height] → [width, height, margin left, margin above], as open_clip has them.
  const cases: [[number, number], [number, number, number, number]][] = [
    [[224, 224], [224, 224, 0, 0]],
    [[640, 480], [224, 168, 0, 28]],
    [[480, 640], [168, 224, 28, 0]],
    [[224, 99], [224, 99, 0, 62]],
    [[10, 7], [224, 157, 0, 33]],
    // Halves go to the even neighbour.
    [[448, 1], [0, 0, 0, 0]],
    [[448, 3], [224, 2, 0, 111]],
    [[448, 5], [224, 2, 0, 111]],
    [[1, 447], [1, 224, 111, 0]],
  ];
  for (const [[width, height], [resizedWidth, resizedHeight, marginLeft, marginTop]] of cases) {
    const geometry = () => cropGeometry(width, height, LONGEST);
    if (resizedWidth === 0) assert.throws(geometry, { name: "Refusal", code: "unsupported_image" });
    else {
      const window = { left: 0, top: 0, width: resizedWidth, height: resizedHeight };
      const expected = { resizedWidth, resizedHeight, ...window, marginLeft, marginTop, size: 224 };
      assert.deepEqual(geometry(), expected, `${width}×${height}`);
    }
  }
});

Deno.test("cropGeometry() distorts where both sides become the size", () => {
  for (const [width, height] of [[640, 480], [1, 65_500], [3, 2]] as const) {
    const expected = { resizedWidth: 224, resizedHeight: 224, left: 0, top: 0, ...WHOLE };
    assert.deepEqual(cropGeometry(width, height, SQUASH), expected);
  }
});

Deno.test("hasMargins() is true of a picture that is no square and is shown whole", () => {
  const shown = (settings: GeometrySettings) => hasMargins(cropGeometry(640, 480, settings));
  assert.deepEqual([shown(SHORTEST), shown(SQUASH), shown(LONGEST)], [false, false, true]);
  assert.equal(hasMargins(cropGeometry(640, 640, LONGEST)), false);
});

Deno.test("keepsSize() is true where nothing is resized: of one side, or of both", () => {
  const keeps = (width: number, height: number, settings: GeometrySettings) =>
    keepsSize({ width, height, mode: "RGB" }, cropGeometry(width, height, settings));
  assert.deepEqual([SHORTEST, LONGEST, SQUASH].map((mode) => keeps(300, 224, mode)), [
    true,
    false,
    false,
  ]);
  assert.deepEqual([SHORTEST, LONGEST, SQUASH].map((mode) => keeps(224, 200, mode)), [
    false,
    true,
    false,
  ]);
  assert.ok([SHORTEST, LONGEST, SQUASH].every((mode) => keeps(224, 224, mode)));
});

Deno.test("cropGeometry() keeps the window inside the resized photo", () => {
  const side = fc.integer({ min: 1, max: 65_535 });
  fc.assert(fc.property(side, side, fc.integer({ min: 1, max: 512 }), (width, height, size) => {
    const { resizedWidth, resizedHeight, left, top } = cropGeometry(width, height, { size });
    assert.equal(Math.min(resizedWidth, resizedHeight), size);
    assert.ok(left >= 0 && left + size <= resizedWidth);
    assert.ok(top >= 0 && top + size <= resizedHeight);
    assert.ok(Math.abs(resizedWidth - size - 2 * left) <= 1);
    assert.ok(Math.abs(resizedHeight - size - 2 * top) <= 1);
  }));
});

Deno.test("cropWindows() of a scaled photo lie where those of the whole one do", () => {
  const side = fc.integer({ min: 8, max: 65_535 });
  const denominators = fc.constantFrom(2, 4, 8);
  fc.assert(fc.property(side, side, denominators, MODES, (width, height, denominator, settings) => {
    fc.pre(isLeft(width, height, settings));
    const extent = { x: 0, y: 0, width: width / denominator, height: height / denominator };
    const scaled = {
      width: Math.ceil(extent.width),
      height: Math.ceil(extent.height),
      mode: "RGB",
      extent,
    } as const;
    const windows = cropWindows(scaled, settings);
    assert.deepEqual(windows.geometry, cropGeometry(width, height, settings));
    assert.deepEqual(windows.columns.box, { start: 0, length: width / denominator });
    assert.deepEqual(windows.rows.box, { start: 0, length: height / denominator });
  }));
});

Deno.test("cropGeometry() of a turned photo is the turned geometry", () => {
  const side = fc.integer({ min: 1, max: 65_535 });
  fc.assert(fc.property(side, side, MODES, (width, height, settings) => {
    fc.pre(isLeft(width, height, settings));
    const upright = cropGeometry(width, height, settings);
    const turned = cropGeometry(height, width, settings);
    assert.deepEqual(
      [turned.resizedWidth, turned.resizedHeight, turned.left, turned.top, turned.marginLeft],
      [upright.resizedHeight, upright.resizedWidth, upright.top, upright.left, upright.marginTop],
    );
  }));
});
