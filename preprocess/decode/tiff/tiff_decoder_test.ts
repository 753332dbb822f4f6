import assert from "node:assert/strict";
import { deflateSync } from "node:zlib";
import { readGoldenFile } from "../../../testing/goldens/read_goldens.ts";
import { decodeTiff } from "./tiff_decoder.ts";

const [BITS, COMPRESSION, COLOUR, SAMPLES] = [258, 259, 262, 277];
const [FORMAT_OF_SAMPLES, PALETTE] = [339, 320];
const DEFLATE = 8;

/** A little-endian TIFF of one strip; tags are SHORTs, several of them where an array is given. */
function tiff(
  size: { readonly width: number; readonly height: number },
  tags: Readonly<Record<number, number | readonly number[]>>,
  strip: readonly number[] | Uint8Array,
): Uint8Array<ArrayBuffer> {
  const all = { 256: size.width, 257: size.height, [SAMPLES]: 1, [COMPRESSION]: 1, ...tags };
  const entries = Object.entries({ ...all, 273: 0, 278: size.height, 279: strip.length })
    .map(([tag, value]) => ({ tag: Number(tag), values: [value].flat() }))
    .sort((a, b) => a.tag - b.tag);
  const directoryBytes = 2 + entries.length * 12 + 4;
  const arrays = entries.filter(({ values }) => values.length > 2);
  const arrayBytes = arrays.reduce((sum, { values }) => sum + values.length * 2, 0);
  const stripAt = 8 + directoryBytes + arrayBytes;
  const bytes = new Uint8Array(stripAt + strip.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0x49, 0x49, 42, 0, 8]);
  view.setUint16(8, entries.length, true);
  let arrayAt = 8 + directoryBytes;
  entries.forEach(({ tag, values }, index) => {
    const entry = 10 + index * 12;
    const isLong = tag === 273 || tag === 279;
    view.setUint16(entry, tag, true);
    view.setUint16(entry + 2, isLong ? 4 : 3, true);
    view.setUint32(entry + 4, values.length, true);
    if (isLong) view.setUint32(entry + 8, tag === 273 ? stripAt : strip.length, true);
    else if (values.length <= 2) {
      values.forEach((value, at) => view.setUint16(entry + 8 + at * 2, value, true));
    } else {
      view.setUint32(entry + 8, arrayAt, true);
      values.forEach((value, at) => view.setUint16(arrayAt + at * 2, value, true));
      arrayAt += values.length * 2;
    }
  });
  bytes.set(strip, stripAt);
  return bytes;
}

const PAIR = { width: 2, height: 1 };

Deno.test("decodeTiff() reads gray from either end of the scale", () => {
  const gray = (
    colour: number,
  ) => [...decodeTiff(tiff(PAIR, { [BITS]: 8, [COLOUR]: colour }, [0, 200])).data];
  assert.deepEqual(gray(1), [0, 0, 0, 200, 200, 200]);
  assert.deepEqual(gray(0), [255, 255, 255, 55, 55, 55]);
});

Deno.test("decodeTiff() reads RGB and leaves further samples out", () => {
  const rgb = tiff(PAIR, { [BITS]: [8, 8, 8], [COLOUR]: 2, [SAMPLES]: 3 }, [1, 2, 3, 4, 5, 6]);
  assert.deepEqual([...decodeTiff(rgb).data], [1, 2, 3, 4, 5, 6]);
  const tags = { [BITS]: [8, 8, 8, 8], [COLOUR]: 2, [SAMPLES]: 4, 338: 0 };
  const rgba = tiff(PAIR, tags, [1, 2, 3, 99, 4, 5, 6, 99]);
  assert.deepEqual([...decodeTiff(rgba).data], [1, 2, 3, 4, 5, 6]);
});

Deno.test("decodeTiff() divides by alpha where colours were multiplied with it", () => {
  const tags = { [BITS]: [8, 8, 8, 8], [COLOUR]: 2, [SAMPLES]: 4, 338: 1 };
  const three = { width: 3, height: 1 };
  const rgba = tiff(three, tags, [10, 20, 51, 51, 4, 5, 6, 255, 0, 0, 0, 0]);
  assert.deepEqual([...decodeTiff(rgba).data], [50, 100, 255, 4, 5, 6, 0, 0, 0]);
});

Deno.test("decodeTiff() keeps the upper byte of 16 bits", () => {
  const deep = tiff(PAIR, { [BITS]: 16, [COLOUR]: 1 }, [0xff, 0x12, 0x00, 0xfe]);
  assert.deepEqual([...decodeTiff(deep).data], [0x12, 0x12, 0x12, 0xfe, 0xfe, 0xfe]);
});

Deno.test("decodeTiff() looks colours up in a palette of 16 bits a channel", () => {
  const [red, green, blue] = [0, 256, 512];
  const palette = new Array(768).fill(0);
  palette[red + 5] = 0x1234;
  palette[green + 5] = 0x5678;
  palette[blue + 5] = 0x9abc;
  const page = tiff(PAIR, { [BITS]: 8, [COLOUR]: 3, [PALETTE]: palette }, [5, 6]);
  assert.deepEqual([...decodeTiff(page).data], [0x12, 0x56, 0x9a, 0, 0, 0]);
});

Deno.test("decodeTiff() refuses kinds it does not know", () => {
  const kinds = {
    "CMYK": tiff(PAIR, { [BITS]: [8, 8, 8, 8], [COLOUR]: 5, [SAMPLES]: 4 }, new Array(8).fill(1)),
    "32 bits": tiff(
      PAIR,
      { [BITS]: 32, [COLOUR]: 1, [FORMAT_OF_SAMPLES]: 3 },
      new Array(8).fill(0),
    ),
    "JPEG inside": tiff(PAIR, { [BITS]: 8, [COLOUR]: 1, [COMPRESSION]: 7 }, [0, 0]),
    "Group 4": readGoldenFile("other/tiff_bilevel_g4_97x61.tif"),
  };
  for (const [name, bytes] of Object.entries(kinds)) {
    assert.throws(() => decodeTiff(bytes), { code: "unsupported_image" }, name);
  }
});

/** A gray page of 8×8, whose strip is packed as the number says. */
function packed(compression: number, strip: Uint8Array, rows = 8): Uint8Array<ArrayBuffer> {
  const tags = { [BITS]: 8, [COLOUR]: 1, [COMPRESSION]: compression };
  return tiff({ width: 8, height: rows }, tags, strip);
}

Deno.test("decodeTiff() inflates no more of a strip than its rows have", () => {
  const bomb = deflateSync(new Uint8Array(100_000_000), { level: 9 });
  assert.throws(() => decodeTiff(packed(DEFLATE, bomb)), { code: "ERR_BUFFER_TOO_LARGE" });
  const whole = deflateSync(new Uint8Array(64).fill(9));
  assert.deepEqual([...decodeTiff(packed(DEFLATE, whole)).data], new Array(192).fill(9));
  const withoutChecksum = whole.subarray(0, -4);
  assert.deepEqual([...decodeTiff(packed(DEFLATE, withoutChecksum)).data], new Array(192).fill(9));
});

Deno.test("decodeTiff() takes compressed files of any size", () => {
  const noise = Uint8Array.from(
    { length: 640 * 480 },
    (_, at) => Math.imul(at ^ at << 7, at * at | 1) >>> 9,
  );
  const strip = deflateSync(noise);
  assert.ok(strip.length > 256 * 1024);
  const tags = { [BITS]: 8, [COLOUR]: 1, [COMPRESSION]: DEFLATE };
  const { data } = decodeTiff(tiff({ width: 640, height: 480 }, tags, strip));
  assert.ok(noise.every((level, at) => data[3 * at] === level && data[3 * at + 2] === level));
});

Deno.test("decodeTiff() refuses a strip that has too few bytes, and a picture that has too few strips", () => {
  const short = deflateSync(new Uint8Array(60));
  assert.throws(() => decodeTiff(packed(DEFLATE, short)), /Cannot find all of a strip/);
  const page = packed(DEFLATE, deflateSync(new Uint8Array(32)));
  // RowsPerStrip, of which the page would need two strips.
  const entry = page.findIndex((_, at) => page[at] === 278 - 256 && page[at + 1] === 1 && at > 9);
  page[entry + 8] = 4;
  assert.throws(() => decodeTiff(page), /Cannot find all strips/);
});

Deno.test("decodeTiff() throws for damaged files", () => {
  const whole = readGoldenFile("other/tiff_rgb_97x61_lzw.tif");
  for (const length of [8, 20, 500, whole.length - 300]) {
    assert.throws(() => decodeTiff(whole.subarray(0, length)), `${length} bytes`);
  }
});
