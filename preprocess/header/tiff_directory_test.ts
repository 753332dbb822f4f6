import assert from "node:assert/strict";
import { TiffDirectory } from "./tiff_directory.ts";

/** A little-endian directory at byte 8: tag, type, count and the value's four bytes, each. */
function file(entries: readonly (readonly [number, number, number, number])[], bytes = 0) {
  const view = new DataView(new ArrayBuffer(14 + entries.length * 12 + bytes));
  view.setUint32(0, 0x49492a00);
  view.setUint32(4, 8, true);
  view.setUint16(8, entries.length, true);
  entries.forEach(([tag, type, count, value], index) => {
    const at = 10 + index * 12;
    view.setUint16(at, tag, true);
    view.setUint16(at + 2, type, true);
    view.setUint32(at + 4, count, true);
    view.setUint32(at + 8, value, true);
  });
  return new Uint8Array(view.buffer);
}

const [BYTE, ASCII, SHORT, LONG] = [1, 2, 3, 4];

Deno.test("TiffDirectory.value() reads numbers of every width, and nothing of text", () => {
  const directory = new TiffDirectory(
    file([[1, BYTE, 1, 0x1ff], [2, SHORT, 1, 0x1ffff], [3, LONG, 1, 70_000], [4, ASCII, 1, 65]]),
  );
  assert.deepEqual([1, 2, 3, 4, 5].map((tag) => directory.value(tag)), [
    0xff,
    0xffff,
    70_000,
    undefined,
    undefined,
  ]);
});

Deno.test("TiffDirectory reads nothing that nobody asks for, whatever 65,535 entries claim", () => {
  // Each claims the same four gigabytes; a reader of all values would never end.
  const entries = Array.from({ length: 65_535 }, (_, tag) => [tag, LONG, 2 ** 30, 8] as const);
  const directory = new TiffDirectory(file(entries));
  assert.equal(directory.count(65_534), 2 ** 30);
  assert.deepEqual(directory.values(300, 3).length, 3);
  assert.throws(() => directory.values(300, 2 ** 30), RangeError);
});

Deno.test("TiffDirectory.values() refuses values that lie behind the file's end", () => {
  const bytes = file([[1, SHORT, 3, 26]], 6);
  assert.deepEqual(new TiffDirectory(bytes).values(1, 9), [0, 0, 0]);
  assert.throws(() => new TiffDirectory(bytes.subarray(0, -1)).values(1, 9), RangeError);
});
