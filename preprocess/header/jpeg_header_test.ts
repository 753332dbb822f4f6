import assert from "node:assert/strict";
import fc from "../../testing/fast_check.ts";
import { readGoldenFile, readGoldens } from "../../testing/goldens/read_goldens.ts";
import { bytesOf, EOI, exif, frame, scan, segment, SOI } from "../../testing/jpeg_bytes.ts";
import { Refusal } from "../contract/refusal.ts";
import { countJpegScans, parseJpegHeader } from "./jpeg_header.ts";

const INVALID = { name: "Refusal", code: "invalid_image" };
const COMMENT = segment(0xfe, [1, 2, 3]);

function exifSegment(orientation: number): number[] {
  return segment(0xe1, [...exif([[0x0112, 3, orientation]])]);
}

/** An APP1 segment with an XMP packet. */
function xmpSegment(orientation: number): number[] {
  const packet = `http://ns.adobe.com/xap/1.0/\0<x tiff:Orientation="${orientation}"/>`;
  return segment(0xe1, [...new TextEncoder().encode(packet)]);
}

Deno.test("parseJpegHeader() reads size, components, precision and coding of the frame", () => {
  const fields = { marker: 0xca, precision: 12, width: 65_535, height: 258, components: 4 };
  const header = parseJpegHeader(bytesOf(SOI, frame(fields), scan(2)));
  assert.deepEqual(header, {
    width: 65_535,
    height: 258,
    components: 4,
    precision: 12,
    mcuWidth: 8,
    mcuHeight: 8,
    blocks: 8192 * 33 * 4,
    frameType: 10,
    orientation: 1,
    firstScanOffset: 2 + frame(fields).length,
    firstScanComponents: 2,
  });
});

Deno.test("parseJpegHeader() reads the sides of MCUs, and 0 where a frame ends before its factors", () => {
  const sides = (header: number[]) => {
    const { mcuWidth, mcuHeight } = parseJpegHeader(bytesOf(SOI, header, scan()));
    return [mcuWidth, mcuHeight];
  };
  assert.deepEqual(sides(frame({ factors: 0x22 })), [16, 16]);
  assert.deepEqual(sides(frame({ factors: 0x41 })), [32, 8]);
  assert.deepEqual(sides(frame({ factors: 0x12, components: 1 })), [8, 16]);
  assert.deepEqual(sides(segment(0xc0, [8, 0, 48, 0, 64, 3])), [0, 0]);
});

Deno.test("parseJpegHeader() skips what Pillow skips between segments", () => {
  const between = {
    "fill bytes": [0xff, 0xff],
    "junk": [1, 2, 3],
    "stuffed byte": [0xff, 0],
    "restart marker": [0xff, 0xd3],
    "comment": COMMENT,
    "a length of 0": [0xff, 0xfe, 0, 0],
    "a length of 1": [0xff, 0xfe, 0, 1],
    "quantisation table": segment(0xdb, new Array(65).fill(1)),
    "Huffman table": segment(0xc4, new Array(17).fill(0)),
    "arithmetic conditioning": segment(0xcc, [0, 0]),
  };
  for (const [name, bytes] of Object.entries(between)) {
    const { width, height } = parseJpegHeader(bytesOf(SOI, bytes, frame(), bytes, scan()));
    assert.deepEqual([width, height], [64, 48], name);
  }
});

Deno.test("parseJpegHeader() refuses headers without a frame or a scan, and segments past the end", () => {
  const files = {
    "nothing": [],
    "only SOI": SOI,
    "no frame": [...SOI, ...COMMENT, ...scan()],
    "no scan": [...SOI, ...frame(), ...COMMENT],
    "frame cut short": [...SOI, ...frame().slice(0, 8)],
    "length past the end": [...SOI, 0xff, 0xfe, 0xff, 0xff, 1, 2],
    "marker without length": [...SOI, 0xff, 0xfe, 0],
    "frame without components": [...SOI, ...segment(0xc0, [8, 0, 1, 0, 1]), ...scan()],
    "reserved marker": [...SOI, 0xff, 0x02, 0, 2, ...frame(), ...scan()],
  };
  for (const [name, bytes] of Object.entries(files)) {
    assert.throws(() => parseJpegHeader(bytesOf(bytes)), INVALID, name);
  }
});

Deno.test("parseJpegHeader() takes the orientation of EXIF, which may come in parts, and then of the last XMP", () => {
  const orientation = (...segments: number[][]) =>
    parseJpegHeader(bytesOf(SOI, ...segments, frame(), scan())).orientation;
  assert.equal(orientation(exifSegment(6)), 6);
  assert.equal(orientation(exifSegment(6), exifSegment(3)), 6);
  assert.equal(orientation(segment(0xe1, [1, 2, 3]), exifSegment(8)), 8);
  const whole = [...exif([[0x0112, 3, 6]])];
  const [head, tail] = [whole.slice(0, 20), [...whole.slice(0, 6), ...whole.slice(20)]];
  assert.equal(orientation(segment(0xe1, head), segment(0xe1, tail)), 6);
  assert.equal(orientation(xmpSegment(3), xmpSegment(8)), 8);
  assert.equal(orientation(xmpSegment(3), exifSegment(6)), 6);
  assert.equal(orientation(exifSegment(9)), 1);
  assert.equal(orientation(segment(0xe2, [...exif([[0x0112, 3, 6]])])), 1);
});

Deno.test("parseJpegHeader() reads or refuses every prefix of a photo, and nothing else", () => {
  const photo = readGoldenFile("inputs/exif_6_thumbnail_190x121.jpg");
  const whole = parseJpegHeader(photo);
  for (let length = 0; length < photo.length; length++) {
    const prefix = photo.subarray(0, length);
    if (length > whole.firstScanOffset + 4) assert.deepEqual(parseJpegHeader(prefix), whole);
    else if (length < whole.firstScanOffset + 2) {
      assert.throws(() => parseJpegHeader(prefix), INVALID, `${length} bytes`);
    }
  }
});

Deno.test("parseJpegHeader() and countJpegScans() meet any bytes without another error", () => {
  const tokens = fc.constantFrom<readonly number[]>(
    [0xff],
    [0],
    [2],
    COMMENT,
    frame(),
    scan(),
    exifSegment(6),
    EOI,
  );
  fc.assert(fc.property(fc.array(tokens, { maxLength: 12 }), (parts) => {
    const bytes = bytesOf(SOI, ...parts);
    countJpegScans(bytes, 0, 3);
    try {
      parseJpegHeader(bytes);
    } catch (error) {
      assert.ok(error instanceof Refusal && error.code === "invalid_image", String(error));
    }
  }));
});

Deno.test("countJpegScans() counts the scans of every golden as its maker did", () => {
  const entries = readGoldens().filter(({ name }) => /^inputs\/.*(scans|progressive)/.test(name));
  assert.ok(entries.length > 10);
  for (const { name, coding = "" } of entries) {
    const bytes = readGoldenFile(name);
    const scans = countJpegScans(bytes, parseJpegHeader(bytes).firstScanOffset, 1000);
    assert.equal(scans.count, Number(/(\d+) scans/.exec(coding)?.[1] ?? 1), name);
    assert.equal(scans.hasEndOfImage, !coding.includes("no EOI"), name);
  }
});

Deno.test("countJpegScans() stops one past its limit", () => {
  const bytes = readGoldenFile("refused/limit_1000_scans_64x64.jpg");
  const { firstScanOffset } = parseJpegHeader(bytes);
  assert.equal(countJpegScans(bytes, firstScanOffset, 100).count, 101);
  assert.equal(countJpegScans(bytes, firstScanOffset, 1000).count, 1000);
});

Deno.test("countJpegScans() tells how the first scan's data ends", () => {
  const data = [1, 0xff, 0, 2, 0xff, 0xd1, 3, 0xff, 0xff];
  const ends = (...after: (readonly number[])[]) => {
    const { hasEndOfImage, hasSegmentAfterScan } = countJpegScans(
      bytesOf(scan(), data, ...after),
      0,
      10,
    );
    return { hasEndOfImage, hasSegmentAfterScan };
  };
  assert.deepEqual(ends(), { hasEndOfImage: false, hasSegmentAfterScan: false });
  assert.deepEqual(ends(EOI), { hasEndOfImage: true, hasSegmentAfterScan: false });
  assert.deepEqual(ends(COMMENT), { hasEndOfImage: false, hasSegmentAfterScan: true });
  assert.deepEqual(ends(scan()), { hasEndOfImage: false, hasSegmentAfterScan: true });
  assert.deepEqual(ends(segment(0xfe, EOI)), { hasEndOfImage: false, hasSegmentAfterScan: true });
});

Deno.test("parseJpegHeader() gives up on more markers before the scan than anybody writes", () => {
  const file = (count: number, part: readonly number[]) =>
    bytesOf(SOI, Array<readonly number[]>(count).fill(part).flat(), frame(), scan());
  for (const part of [segment(0xfe, []), segment(0xe1, []), [0xff, 0], [0xff, 0xd0]]) {
    parseJpegHeader(file(65_000, part));
    assert.throws(() => parseJpegHeader(file(66_000, part)), {
      ...INVALID,
      message: /so many markers/,
    });
  }
  parseJpegHeader(file(66_000, [0xff]));
});
