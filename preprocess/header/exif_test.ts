import assert from "node:assert/strict";
import fc from "fast-check";
import { exif } from "../../testing/jpeg_bytes.ts";
import { exifOrientation } from "./exif.ts";

const ORIENTATION = 0x0112;
const WIDTH = 0x0100;
const [ASCII, SHORT, LONG] = [2, 3, 4];

Deno.test("exifOrientation() reads SHORT and LONG in both byte orders", () => {
  for (let orientation = 1; orientation <= 8; orientation++) {
    for (const type of [SHORT, LONG]) {
      for (const littleEndian of [true, false]) {
        const segment = exif([[ORIENTATION, type, orientation]], littleEndian);
        assert.equal(exifOrientation(segment), orientation);
      }
    }
  }
});

Deno.test("exifOrientation() finds the tag behind others", () => {
  const segment = exif([[WIDTH, SHORT, 3], [0x010f, ASCII, 3], [ORIENTATION, SHORT, 6]]);
  assert.equal(exifOrientation(segment), 6);
});

Deno.test("exifOrientation() has no answer for values, types and headers that cannot be", () => {
  const turned = exif([[ORIENTATION, SHORT, 6]]);
  const segments = {
    "value 0": exif([[ORIENTATION, SHORT, 0]]),
    "value 9": exif([[ORIENTATION, SHORT, 9]]),
    "value 6 + 2¹⁶": exif([[ORIENTATION, LONG, 6 + 2 ** 16]]),
    "text": exif([[ORIENTATION, ASCII, 6]]),
    "no tag": exif([[WIDTH, SHORT, 6]]),
    "no entries": exif([]),
    "byte order XX": turned.with(6, 0x58).with(7, 0x58),
    "XMP": new TextEncoder().encode('http://ns.adobe.com/xap/1.0/\0 tiff:Orientation="6"'),
    "nothing": new Uint8Array(0),
  };
  for (const [name, segment] of Object.entries(segments)) {
    assert.equal(exifOrientation(segment), undefined, name);
  }
});

Deno.test("exifOrientation() takes a segment cut short for one without the tag", () => {
  const segment = exif([[WIDTH, SHORT, 3], [ORIENTATION, SHORT, 6]]);
  const entriesEnd = segment.length - 4;
  for (let length = 0; length < segment.length; length++) {
    const expected = length >= entriesEnd ? 6 : undefined;
    assert.equal(exifOrientation(segment.subarray(0, length)), expected, `${length} bytes`);
  }
});

Deno.test("exifOrientation() never throws, whatever follows the header", () => {
  const header = exif([]).subarray(0, 8);
  fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (rest) => {
    const value = exifOrientation(Uint8Array.from([...header, ...rest]));
    assert.ok(value === undefined || (value >= 1 && value <= 8));
  }));
});
