import assert from "node:assert/strict";
import { readGoldenFile } from "../../testing/goldens/read_goldens.ts";
import { bytesOf, segment, SOI } from "../../testing/jpeg_bytes.ts";
import { JpegVariants } from "../../testing/jpeg_variants.ts";
import { readBaselineScan } from "./jpeg_scan.ts";
import { testNative } from "../../testing/preprocessor_settings.ts";

const QUANTIZER = Array.from({ length: 64 }, (_, index) => index + 1);
/** One code of one bit. */
const LENGTHS = [1, ...new Array(15).fill(0)];

/** Payloads of the segments of a header, a valid one unless told otherwise. */
interface Segments {
  readonly jfif?: readonly number[];
  readonly adobe?: readonly number[];
  readonly quantizers?: readonly number[];
  readonly frame?: readonly number[];
  readonly codes?: readonly number[];
  readonly restart?: readonly number[];
  readonly scan?: readonly number[];
}

const FRAME = [8, 0, 48, 0, 64, 3, 1, 0x22, 0, 2, 0x11, 0, 3, 0x11, 0];
const CODES = [0x00, ...LENGTHS, 5, 0x10, ...LENGTHS, 0x21];
const SCAN = [3, 1, 0x00, 2, 0x00, 3, 0x00, 0, 63, 0];
const GRAY = { frame: [8, 0, 48, 0, 64, 1, 1, 0x22, 0], scan: [1, 1, 0x00, 0, 63, 0] };

function read(segments: Segments, marker = 0xc0) {
  const parts = [
    [0xe0, segments.jfif],
    [0xee, segments.adobe],
    [0xdb, segments.quantizers ?? [0, ...QUANTIZER]],
    [marker, segments.frame ?? FRAME],
    [0xc4, segments.codes ?? CODES],
    [0xdd, segments.restart],
    [0xda, segments.scan ?? SCAN],
  ] as const;
  const written = parts.flatMap(([marker, payload]) =>
    payload === undefined ? [] : segment(marker, payload)
  );
  return readBaselineScan(bytesOf(SOI, written, [0x12, 0x34]));
}

Deno.test("readBaselineScan() reads size, factors, tables and where the scan begins", () => {
  const scan = read({ restart: [1, 2] });
  assert.ok(scan !== undefined);
  assert.deepEqual([scan.width, scan.height, scan.components], [64, 48, 3]);
  assert.deepEqual([scan.across, scan.down, scan.restartInterval], [2, 2, 0x102]);
  assert.deepEqual(scan.quantizers.map((table) => [...table]), [QUANTIZER, QUANTIZER, QUANTIZER]);
  const [dc, ac] = [[...LENGTHS, 5], [...LENGTHS, 0x21]];
  assert.deepEqual(scan.codes.map((table) => [...table]), [dc, ac, dc, ac]);
  const all = bytesOf(
    SOI,
    segment(0xdb, [0, ...QUANTIZER]),
    segment(0xc1, GRAY.frame),
    segment(0xc4, CODES),
    segment(0xda, GRAY.scan),
  );
  const gray = readBaselineScan(all);
  assert.deepEqual([gray?.components, gray?.across, gray?.down], [1, 1, 1]);
  assert.equal(gray?.offset, all.length);
});

Deno.test("readBaselineScan() takes for YCbCr what libjpeg does without a warning", () => {
  const rgb = [...FRAME];
  [rgb[6], rgb[9], rgb[12]] = [82, 71, 66];
  const rgbScan = [3, 82, 0x00, 71, 0x00, 66, 0x00, 0, 63, 0];
  const jfif = (major: number) => [0x4a, 0x46, 0x49, 0x46, 0, major, 1, 0, 0, 1, 0, 1, 0, 0];
  const adobe = (transform: number) =>
    [...new TextEncoder().encode("Adobe"), 0, 100, 0, 0, 0, 0]
      .concat(transform);
  assert.ok(read({}) !== undefined);
  assert.ok(read({ frame: rgb, scan: rgbScan, jfif: jfif(1) }) !== undefined);
  assert.ok(read({ frame: rgb, scan: rgbScan, adobe: adobe(1) }) !== undefined);
  assert.ok(read({ ...GRAY, adobe: adobe(0) }) !== undefined);
  assert.equal(read({ frame: rgb, scan: rgbScan }), undefined);
  assert.equal(read({ jfif: jfif(2) }), undefined);
  assert.equal(read({ adobe: adobe(0) }), undefined);
  assert.equal(read({ adobe: adobe(2), jfif: jfif(1) }), undefined);
});

const ODD: Record<string, Segments> = {
  "a quantiser of 16 bits": { quantizers: [0x10, ...QUANTIZER, ...QUANTIZER] },
  "no quantiser": { quantizers: [1, ...QUANTIZER] },
  "quantisers cut short": { quantizers: [0, ...QUANTIZER.slice(1)] },
  "12-bit samples": { frame: [12, ...FRAME.slice(1)] },
  "a frame cut short": { frame: FRAME.slice(0, -1) },
  "two components": { frame: [8, 0, 48, 0, 64, 2, 1, 0x11, 0, 2, 0x11, 0] },
  "factors of 1 × 2": { frame: FRAME.with(7, 0x12) },
  "colour of 2 × 1": { frame: FRAME.with(10, 0x21) },
  "a factor of 0": { ...GRAY, frame: GRAY.frame.with(7, 0x01) },
  "a factor of 5": { ...GRAY, frame: GRAY.frame.with(7, 0x51) },
  "two components of a name": { frame: FRAME.with(9, 1), scan: SCAN.with(3, 1) },
  "a DC symbol of 16": { codes: CODES.with(17, 16) },
  "no AC codes": { codes: CODES.slice(0, 18) },
  "codes cut short": { codes: CODES.slice(0, -1) },
  "codes of class 2": { codes: CODES.with(0, 0x20) },
  "a restart interval of one byte": { restart: [1] },
  "a scan of one component of three": { scan: [1, 1, 0x00, 0, 63, 0] },
  "a scan in another order": { scan: [3, 2, 0x00, 1, 0x00, 3, 0x00, 0, 63, 0] },
  "a scan of some coefficients": { scan: SCAN.with(8, 5) },
  "codes of each colour its own": { scan: SCAN.with(6, 0x11) },
};

for (const [what, segments] of Object.entries(ODD)) {
  Deno.test(`readBaselineScan() leaves ${what} to libjpeg`, () => {
    assert.equal(read(segments), undefined);
  });
}

Deno.test("readBaselineScan() leaves other codings and odd segments to libjpeg", () => {
  for (const marker of [0xc2, 0xc3, 0xc9, 0xcc, 0xdc]) assert.equal(read({}, marker), undefined);
  const names = [
    "inputs/gray_progressive_267x301.jpg",
    "inputs/gray_arithmetic_267x301.jpg",
    "inputs/cmyk_no_adobe_211x157.jpg",
    "inputs/metadata_fill_bytes_every_marker_190x121.jpg",
    "inputs/metadata_junk_between_segments_190x121.jpg",
  ];
  for (const name of names) assert.equal(readBaselineScan(readGoldenFile(name)), undefined, name);
});

testNative("readBaselineScan() reads nothing from a header that is cut off anywhere", () => {
  using variants = new JpegVariants(5);
  const { bytes } = variants.next(["4:2:2"]);
  const offset = readBaselineScan(bytes)?.offset ?? 0;
  assert.ok(offset > 100);
  for (let length = 0; length < offset; length++) {
    assert.equal(readBaselineScan(bytes.subarray(0, length)), undefined, `${length} bytes`);
  }
});
