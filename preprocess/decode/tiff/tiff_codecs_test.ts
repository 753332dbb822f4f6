import assert from "node:assert/strict";
import { deflateSync } from "node:zlib";
import { grayTiff } from "../../../testing/tiff_file.ts";
import { findCodec } from "./tiff_codecs.ts";
import { readTiffPage } from "./tiff_page.ts";

const SHAPE = { width: 2, rows: 1, rowsWhole: 1, isLast: true };

function first(compression: number, strip: Uint8Array): number[] {
  const codec = findCodec(readTiffPage(grayTiff({ 259: compression }, strip)));
  const reader = codec.open(strip, SHAPE);
  const out = new Uint8Array(2);
  reader.read(out);
  reader.close?.();
  return [...out];
}

Deno.test("findCodec() finds the compression by its number", () => {
  const strips = {
    5: Uint8Array.of(0x80, 0x00, 0x80, 0x80),
    8: deflateSync(Uint8Array.of(3, 1)),
    32773: Uint8Array.of(1, 3, 1),
    32946: deflateSync(Uint8Array.of(3, 1)),
  };
  for (const [number, strip] of Object.entries(strips)) {
    const expected = number === "5" ? [2, 4] : [3, 1];
    assert.deepEqual(first(Number(number), strip), expected, number);
  }
});

Deno.test("findCodec() takes all strips for LZW of the kind that the first one is", () => {
  const codec = findCodec(readTiffPage(grayTiff({ 259: 5 }, [0])));
  // Clear, 2, 4, in nine bits each: once from the lowest bit of a byte, once from the highest.
  const [old, usual] = [Uint8Array.of(0, 0x05, 0x10, 0), Uint8Array.of(0x80, 0, 0x80, 0x80)];
  const out = new Uint8Array(2);
  codec.open(old, SHAPE).read(out);
  assert.deepEqual([...out], [2, 4]);
  assert.throws(() => codec.open(usual, SHAPE).read(out), /before its string/);
});
