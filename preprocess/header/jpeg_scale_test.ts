import assert from "node:assert/strict";
import { readGoldenFile } from "../../testing/goldens/read_goldens.ts";
import { scaleDenominator, scaledShape } from "./jpeg_scale.ts";
import { parseJpegHeader } from "./jpeg_header.ts";

const HEADER = parseJpegHeader(readGoldenFile("inputs/rgb_420_640x480.jpg"));
const LOSSLESS = parseJpegHeader(readGoldenFile("inputs/lossless_rgb_predictor_1_61x47.jpg"));

for (
  const [width, height, min, denominator] of [
    [4000, 3000, 448, 4],
    [3000, 4000, 448, 4],
    [5000, 3584, 448, 8],
    [5000, 3583, 448, 4],
    [60_000, 3584, 448, 8],
    [1792, 1792, 448, 4],
    [1792, 1791, 448, 2],
    [896, 896, 448, 2],
    [896, 895, 448, 1],
    [640, 480, 448, 1],
    [4000, 3000, 224, 8],
    [4000, 3000, 3584, 1],
    [1, 1, 1, 1],
    [8, 8, 1, 8],
    [4000, 3000, Infinity, 1],
  ] as const
) {
  Deno.test(`scaleDenominator() gives ${denominator} for ${width} × ${height} of which ${min} must be left`, () => {
    const header = { ...HEADER, width, height };
    assert.equal(scaleDenominator(header, { side: "shorter", min }), denominator);
  });
}

Deno.test("scaleDenominator() may count what is left of the longer side", () => {
  for (const [width, height] of [[4000, 3000], [3000, 4000], [3584, 8]] as const) {
    assert.equal(scaleDenominator({ ...HEADER, width, height }, { side: "longer", min: 448 }), 8);
  }
});

Deno.test("scaleDenominator() scales no lossless JPEG", () => {
  const header = { ...LOSSLESS, width: 4000, height: 3000 };
  assert.equal(scaleDenominator(header, { side: "shorter", min: 448 }), 1);
});

Deno.test("scaledShape() rounds sides up and says what of them the photo fills", () => {
  const header = { ...HEADER, width: 4007, height: 2999 };
  const extent = { x: 0, y: 0, width: 1001.75, height: 749.75 };
  assert.deepEqual(scaledShape(header, 4), { width: 1002, height: 750, mode: "RGB", extent });
  assert.deepEqual(scaledShape(header, 1), { width: 4007, height: 2999, mode: "RGB" });
});
