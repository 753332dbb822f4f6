import assert from "node:assert/strict";
import { readTiffHeader } from "./tiff_header.ts";

/** Width and height alone. */
function sizeOf(bytes: Uint8Array): { width: number; height: number } {
  const { width, height } = readTiffHeader(bytes);
  return { width, height };
}

/** The sizes as LONG where the second is above 65,535, else as SHORT. */
function tiff(width: number, height: number, littleEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(8 + 2 + 3 * 12);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(littleEndian ? "II*\0" : "MM\0*"));
  view.setUint32(4, 8, littleEndian);
  view.setUint16(8, 3, littleEndian);
  [[258, 8], [256, width], [257, height]].forEach(([tag = 0, value = 0], index) => {
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
