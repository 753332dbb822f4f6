import assert from "node:assert/strict";
import { readTiffHeader } from "./tiff_header.ts";

/** Width and height alone. */
function sizeOf(bytes: Uint8Array): { width: number; height: number } {
  const { width, height } = readTiffHeader(bytes);
  return { width, height };
}

/** The sizes as LONG where the second is above 65,535, else as SHORT. */
function tiff(
  width: number,
  height: number,
  littleEndian: boolean,
  more: readonly (readonly [tag: number, value: number])[] = [],
): Uint8Array {
  const tags = [[258, 8], [256, width], [257, height], ...more];
  const bytes = new Uint8Array(8 + 2 + tags.length * 12);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(littleEndian ? "II*\0" : "MM\0*"));
  view.setUint32(4, 8, littleEndian);
  view.setUint16(8, tags.length, littleEndian);
  tags.forEach(([tag = 0, value = 0], index) => {
    const entry = 10 + index * 12;
    view.setUint16(entry, tag, littleEndian);
    view.setUint16(entry + 2, value > 0xffff ? 4 : 3, littleEndian);
    view.setUint32(entry + 4, 1, littleEndian);
    if (value > 0xffff) view.setUint32(entry + 8, value, littleEndian);
    else view.setUint16(entry + 8, value, littleEndian);
  });
  return bytes;
}

Deno.test("readTiffHeader() reads both byte orders, SHORT and LONG", () => {
  for (const littleEndian of [true, false]) {
    const bytes = tiff(300, 100_000, littleEndian);
    assert.deepEqual(sizeOf(bytes), { width: 300, height: 100_000 });
  }
});

Deno.test("readTiffHeader() that does not say its size is nothing", () => {
  const bytes = tiff(300, 200, true);
  for (const entry of [1, 2]) bytes[10 + 12 * entry] = 100;
  assert.deepEqual(sizeOf(bytes), { width: 0, height: 0 });
});

Deno.test("readTiffHeader() gives the size of the picture upright, as Pillow", () => {
  const turned = (orientation: number) => sizeOf(tiff(300, 200, true, [[274, orientation]]));
  for (const orientation of [0, 1, 2, 3, 4, 9]) {
    assert.deepEqual(turned(orientation), { width: 300, height: 200 }, String(orientation));
  }
  for (const orientation of [5, 6, 7, 8]) {
    assert.deepEqual(turned(orientation), { width: 200, height: 300 }, String(orientation));
  }
});

Deno.test("readTiffHeader() says how many bytes decoding holds for a pixel", () => {
  const held = (more: readonly (readonly [number, number])[]) =>
    readTiffHeader(tiff(9, 9, true, more)).heldBytes;
  const [samples, compression, orientation] = [277, 259, 274] as const;
  assert.equal(held([]), 1);
  assert.equal(held([[samples, 3]]), 3);
  assert.equal(held([[samples, 4]]), 4);
  assert.equal(held([[samples, 3], [orientation, 6]]), 6);
  assert.equal(held([[samples, 3], [compression, 7]]), 6);
});
