import assert from "node:assert/strict";
import { cropGeometry } from "./geometry.ts";
import { addMargins, marginColour } from "./margins.ts";

// Equality with Pillow itself stands in modes_test.ts.

Deno.test("marginColour() is a sample of the picture's own mode: 0 is black, or no ink, or a colour of the palette", () => {
  const palette = Uint8Array.from({ length: 768 }, (_, at) => at % 251);
  const colours = (mode: "L" | "RGBA" | "CMYK" | "YCbCr" | "P" | "F", fill: number) => [
    ...marginColour({ mode, palette }, fill),
  ];
  assert.deepEqual(colours("L", 9), [9, 9, 9]);
  assert.deepEqual(colours("RGBA", 255), [255, 255, 255]);
  assert.deepEqual(colours("F", 255), [255, 255, 255]);
  assert.deepEqual(colours("CMYK", 0), [255, 255, 255]);
  assert.deepEqual(colours("CMYK", 77), [124, 124, 124]);
  assert.deepEqual(colours("YCbCr", 0), [0, 135, 0]);
  assert.deepEqual(colours("P", 5), [15, 16, 17]);
});

Deno.test("addMargins() puts the odd row below and the odd column to the right", () => {
  const [window, colour] = [Uint8Array.of(1, 2, 3, 4, 5, 6), Uint8Array.of(7, 8, 9)];
  const surrounded = (width: number, height: number) => {
    const geometry = cropGeometry(width, height, { size: 2, resize_mode: "longest" });
    return [...addMargins(window, geometry, colour)];
  };
  assert.deepEqual(surrounded(20, 10), [1, 2, 3, 4, 5, 6, 7, 8, 9, 7, 8, 9]);
  assert.deepEqual(surrounded(10, 20), [1, 2, 3, 7, 8, 9, 4, 5, 6, 7, 8, 9]);
});
