import assert from "node:assert/strict";
import { bandLayout, divideByAlpha, reverseBits, rowLayout } from "./tiff_layouts.ts";

function unpack(
  mode: string,
  layout: string,
  row: readonly number[],
  count: number,
  bytes: number,
) {
  const out = new Uint8Array(count * bytes);
  rowLayout(mode, layout)?.unpack(Uint8Array.from(row), out, count);
  return [...out];
}

Deno.test("rowLayout() unpacks levels of a few bits over the whole range, from either end of a byte", () => {
  assert.deepEqual(unpack("L", "L;2", [0b00_01_10_11], 4, 1), [0, 85, 170, 255]);
  assert.deepEqual(unpack("L", "L;2I", [0b00_01_10_11], 4, 1), [255, 170, 85, 0]);
  assert.deepEqual(unpack("L", "L;4R", [0b1000_0100], 2, 1), [34, 17]);
  assert.deepEqual(unpack("1", "1;R", [0b101], 3, 1), [1, 0, 1]);
  assert.deepEqual(unpack("P", "P;4", [0x5a], 2, 1), [5, 10]);
});

Deno.test("rowLayout() unpacks deep samples to the machine's order", () => {
  assert.deepEqual(unpack("I;16", "I;12", [0x12, 0x34, 0x56], 2, 2), [0x23, 1, 0x56, 4]);
  assert.deepEqual(unpack("I", "I;16BS", [0xff, 0xfe], 1, 4), [0xfe, 255, 255, 255]);
  assert.deepEqual(unpack("F", "F;32BF", [1, 2, 3, 4], 1, 4), [4, 3, 2, 1]);
});

Deno.test("rowLayout() divides by alpha as Pillow does: cut off, at most 255, and black where there is none", () => {
  const row = [10, 21, 60, 52, 4, 5, 6, 255, 9, 9, 9, 0];
  const divided = [49, 102, 255, 52, 4, 5, 6, 255, 0, 0, 0, 0];
  assert.deepEqual(unpack("RGBA", "RGBa", row, 3, 4), divided);
  const pixels = Uint8Array.from(row);
  divideByAlpha(pixels);
  assert.deepEqual([...pixels], divided);
});

Deno.test("bandLayout() puts one band of pixels at its place", () => {
  const rgb = new Uint8Array(6);
  bandLayout("RGB", 1, 2).unpack(Uint8Array.of(9, 7, 9, 8), rgb, 2);
  assert.deepEqual([...rgb], [0, 7, 0, 0, 8, 0]);
  const gray = new Uint8Array(4);
  bandLayout("LA", 0, 1).unpack(Uint8Array.of(7), gray, 1);
  bandLayout("LA", 1, 1).unpack(Uint8Array.of(8), gray, 1);
  assert.deepEqual([...gray], [7, 7, 7, 0]);
});

Deno.test("rowLayout() knows no way that Pillow does not", () => {
  for (
    const [mode, layout] of [["L", "L;IR"], ["LA", "L"], ["RGBA", "a"], ["I;16", "I"]] as const
  ) {
    assert.equal(rowLayout(mode, layout), undefined, layout);
  }
});

Deno.test("reverseBits() turns each byte round", () => {
  assert.deepEqual([...reverseBits(Uint8Array.of(0b1101_0000, 1))], [0b1011, 128]);
});
