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

const [BYTE, ASCII, SHORT, LONG, SIGNED_SHORT, LONG8] = [1, 2, 3, 4, 8, 16];

Deno.test("TiffDirectory.value() reads numbers of every width, and nothing of bytes and text", () => {
  const directory = new TiffDirectory(
    file([[1, BYTE, 1, 0x1ff], [2, SHORT, 1, 0x1ffff], [3, LONG, 1, 70_000], [4, ASCII, 1, 65]]),
  );
  assert.deepEqual([1, 2, 3, 4, 5].map((tag) => directory.value(tag)), [
    undefined,
    0xffff,
    70_000,
    undefined,
    undefined,
  ]);
  assert.deepEqual([1, 2, 5].map((tag) => directory.isUnread(tag)), [true, false, false]);
  assert.deepEqual([...directory.raw(1)], [0xff]);
});

Deno.test("TiffDirectory reads signed numbers, and the first of entries with one tag", () => {
  const directory = new TiffDirectory(file([[1, SIGNED_SHORT, 1, 0xfffe], [1, SHORT, 1, 7]]));
  assert.equal(directory.value(1), -2);
});

Deno.test("TiffDirectory.isUnread() goes by the first entry of a tag, as libtiff does, where Pillow takes another one", () => {
  const directory = new TiffDirectory(file([[1, SHORT, 9_999_999, 8], [1, SHORT, 1, 7]]));
  assert.deepEqual([directory.value(1), directory.isUnread(1)], [7, true]);
  const later = new TiffDirectory(file([[1, 99, 1, 8], [1, SHORT, 1, 7]]));
  assert.deepEqual([later.value(1), later.isUnread(1)], [7, true]);
});

Deno.test("TiffDirectory.freeBytes() is what head, directory and values leave, by types that libtiff knows", () => {
  const entries = [[1, SHORT, 1, 0], [2, LONG, 3, 8], [3, 0, 5, 8]] as const;
  assert.equal(new TiffDirectory(file(entries, 50)).freeBytes(), 50 - 12 - 5);
  assert.equal(
    new TiffDirectory(file(entries)).freeBytes(),
    14 + 3 * 12,
    "all, where none is left",
  );
  const unknown = new TiffDirectory(file([[1, 99, 1, 0]]));
  assert.throws(() => unknown.freeBytes(), /Cannot tell the size of TIFF type 99/);
});

Deno.test("TiffDirectory reads BigTIFFs in little-endian order and refuses others, as Pillow", () => {
  const view = new DataView(new ArrayBuffer(16 + 8 + 20 + 8));
  view.setUint32(0, 0x49492b00);
  view.setUint16(4, 8, true);
  view.setBigUint64(8, 16n, true);
  view.setBigUint64(16, 1n, true);
  view.setUint16(24, 256, true);
  view.setUint16(26, LONG8, true);
  view.setBigUint64(28, 1n, true);
  view.setBigUint64(36, 70_000n, true);
  const bytes = new Uint8Array(view.buffer);
  assert.equal(new TiffDirectory(bytes).value(256), 70_000);
  assert.equal(new TiffDirectory(bytes).hasSoundHead, true);
  view.setUint16(6, 1, true);
  assert.equal(new TiffDirectory(bytes).hasSoundHead, false);
  view.setUint32(0, 0x4d4d002b);
  assert.throws(() => new TiffDirectory(bytes), {
    code: "unsupported_image",
    message: /big-endian BigTIFFs are not supported$/,
  });
});

Deno.test("TiffDirectory reads nothing that nobody asks for, whatever 65,535 entries claim", () => {
  // Each claims the same 400 kB, of which a reader of all values would read gigabytes.
  const entries = Array.from({ length: 65_535 }, (_, tag) => [tag, LONG, 100_000, 8] as const);
  const directory = new TiffDirectory(file(entries));
  assert.equal(directory.count(0), 100_000);
  assert.equal(directory.values(0, 3).length, 3);
  assert.equal(directory.count(1), 0, "values of more bytes, in sum, than the file has");
  assert.equal(directory.isWhole, false);
});

Deno.test("TiffDirectory ends where values lie behind the file's end for Pillow, and reads on for libtiff", () => {
  const bytes = file([[1, SHORT, 3, 50], [2, SHORT, 1, 5]], 18);
  const last = (bytes: Uint8Array, reader?: "libtiff") =>
    [1, 2].map((tag) => new TiffDirectory(bytes, reader).count(tag));
  assert.deepEqual(last(bytes), [3, 1]);
  assert.deepEqual(last(bytes.subarray(0, -1)), [0, 0]);
  assert.deepEqual(last(bytes.subarray(0, -1), "libtiff"), [0, 1]);
});

Deno.test("TiffDirectory takes what there is of a directory that is cut off, and says so", () => {
  const bytes = file([[1, SHORT, 1, 4], [2, SHORT, 1, 5]]);
  const directory = new TiffDirectory(bytes.subarray(0, 10 + 12 + 5));
  assert.deepEqual([directory.value(1), directory.value(2), directory.isWhole], [
    4,
    undefined,
    false,
  ]);
  assert.equal(new TiffDirectory(bytes).isWhole, true);
  assert.throws(() => new TiffDirectory(bytes.subarray(0, 9)), RangeError);
});

Deno.test("TiffDirectory refuses a BigTIFF of more entries than others can have", () => {
  const bytes = (entries: number) => {
    const view = new DataView(new ArrayBuffer(24 + entries * 20 + 8));
    view.setUint32(0, 0x49492b00);
    view.setUint16(4, 8, true);
    view.setBigUint64(8, 16n, true);
    view.setBigUint64(16, 2n ** 63n, true);
    return new Uint8Array(view.buffer);
  };
  assert.equal(new TiffDirectory(bytes(65_000)).count(1), 0);
  assert.throws(() => new TiffDirectory(bytes(66_000)), { code: "unsupported_image" });
});
