import assert from "node:assert/strict";
import { readGoldenFile } from "../../testing/goldens/read_goldens.ts";
import { Refusal } from "../contract/refusal.ts";
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

Deno.test("decodeTiff() inflates no compressed file above 256 KiB, since it cannot stop half-way", () => {
  const strip = new Uint8Array(256 * 1024);
  const size = { width: 1, height: 1 };
  const code = (compression: number) => {
    try {
      decodeTiff(tiff(size, { [BITS]: 8, [COLOUR]: 1, [COMPRESSION]: compression }, strip));
      return "accepted";
    } catch (error) {
      return error instanceof Refusal ? error.message : "damaged";
    }
  };
  assert.match(code(DEFLATE), /compressed and over 262144 bytes/);
  assert.equal(code(1), "accepted");
});

Deno.test("decodeTiff() throws for damaged files", () => {
  const whole = readGoldenFile("other/tiff_rgb_97x61_lzw.tif");
  for (const length of [8, 20, 500, whole.length - 300]) {
    assert.throws(() => decodeTiff(whole.subarray(0, length)), `${length} bytes`);
  }
});
