import assert from "node:assert/strict";
import { readGoldenFile, readGoldens } from "../../testing/goldens/read_goldens.ts";
import { jpegOfScans } from "../../testing/jpeg_of_scans.ts";
import { judged } from "../../testing/judged_image.ts";
import { grayTiff, type TiffTags } from "../../testing/tiff_file.ts";
import { pngChunk, pngHead, type PngHeadFields, pngOf } from "../../testing/png_bytes.ts";
import { DEFAULT_LIMITS, type ImageLimits } from "../contract/image_limits.ts";
import type { JpegHeader } from "./jpeg_header.ts";
import type { JudgedImage } from "./image_header.ts";
import { imageCost, isPlainJpeg, judgeCost } from "./image_cost.ts";

const MIB = 2 ** 20;
const SIDE = 5000;
/** An image of 25 megapixels with a head that says so and a file of so many bytes. */
function photo(head: Uint8Array, fileBytes: number) {
  const bytes = new Uint8Array(fileBytes);
  bytes.set(head);
  return judged(bytes);
}

/** The ten scans that cjpeg makes of a photo in colour: one of three components, then nine of one, and a last of three. */
const USUAL_SCANS = [3, 1, 1, 1, 1, 3, 1, 1, 1, 1];
const COUNTED = { count: 10, components: 14 };
const usual = (coding: "huffman" | "arithmetic") =>
  photo(jpegOfScans({ side: SIDE, coding, scans: USUAL_SCANS }), 8 * MIB);

Deno.test("imageCost() of a baseline JPEG grows with pixels and with bytes", () => {
  const image = judged(readGoldenFile("inputs/rgb_420_640x480.jpg"));
  const { bytes, header } = image;
  const padded = new Uint8Array(bytes.length + MIB);
  padded.set(bytes);
  assert.ok(imageCost({ bytes: padded, header }).ms > imageCost(image).ms + 1);
  const larger = { ...header, jpeg: { ...header.jpeg as JpegHeader, width: header.width * 2 } };
  assert.ok(imageCost({ bytes, header: larger }).ms > imageCost(image).ms * 1.5);
});

Deno.test("imageCost() counts the pixels of a JPEG twice where it has to be turned", () => {
  const image = judged(readGoldenFile("inputs/rgb_420_640x480.jpg"));
  const { bytes, header } = image;
  const pixelBytes = 640 * 480 * 3;
  assert.equal(imageCost(image).bytes, bytes.length + pixelBytes);
  const turned = { ...header, jpeg: { ...header.jpeg as JpegHeader, orientation: 6 } };
  assert.equal(imageCost({ bytes, header: turned }).bytes, bytes.length + 2 * pixelBytes);
});

Deno.test("isPlainJpeg() is true of every baseline JPEG in one scan, whatever its colours", () => {
  const goldens = readGoldens().filter(({ name, f32, coding }) =>
    /^inputs\/(?!damaged)/.test(name) && f32 !== undefined && coding?.startsWith("baseline")
  );
  const plain = goldens.filter(({ name }) => isPlainJpeg(judged(readGoldenFile(name)).header));
  assert.ok(plain.length > 50, String(plain.length));
});

for (
  const name of [
    "inputs/cmyk_adobe0_progressive_211x157.jpg",
    "inputs/damaged_progressive_scans_dc_only.jpg",
    "other/png_palette_97x61.png",
  ]
) {
  Deno.test(`isPlainJpeg() is false of ${name}: its pixels do not bound it`, () => {
    assert.equal(isPlainJpeg(judged(readGoldenFile(name)).header), false);
  });
}

Deno.test("judgeCost() lets a progressive photo of 25 megapixels pass, with a margin of three", () => {
  const { bytes, header } = usual("huffman");
  const { ms } = judgeCost({ bytes, header }, DEFAULT_LIMITS, COUNTED);
  assert.ok(ms * 3 < DEFAULT_LIMITS.decodeMsMax, String(ms));
  assert.ok(
    judgeCost(usual("arithmetic"), DEFAULT_LIMITS, COUNTED).ms < DEFAULT_LIMITS.decodeMsMax,
  );
});

Deno.test("judgeCost() refuses a hundred arithmetic-coded scans of 25 megapixels, and names the cost", () => {
  const scans = Array.from({ length: 100 }, () => 1);
  const bomb = judged(jpegOfScans({ side: SIDE, coding: "arithmetic", scans }));
  assert.ok(bomb.bytes.length < 7000);
  assert.throws(() => judgeCost(bomb, DEFAULT_LIMITS), {
    name: "Refusal",
    code: "image_too_large",
    message:
      "Cannot decode image as its decoding must take ≤ 2500 ms: 100 scans of 25000000 pixels take 8060 ms",
  });
  // The same scans of a small picture cost little.
  const small = judged(jpegOfScans({ side: 500, coding: "arithmetic", scans }));
  assert.ok(judgeCost(small, DEFAULT_LIMITS).ms < 100);
});

Deno.test("judgeCost() does not count the scans of a long file, and takes what was counted elsewhere", () => {
  const scans = Array.from({ length: 100 }, () => 1);
  const bomb = photo(jpegOfScans({ side: SIDE, coding: "arithmetic", scans }), MIB);
  assert.ok(judgeCost(bomb, DEFAULT_LIMITS).ms < 1000);
  assert.throws(() => judgeCost(bomb, DEFAULT_LIMITS, { count: 100, components: 100 }), {
    code: "image_too_large",
  });
});

Deno.test("imageCost() counts two bytes a coefficient where there are several scans, as they are sampled", () => {
  const head = (factors: readonly number[]) =>
    judged(jpegOfScans({ side: 4096, coding: "huffman", scans: USUAL_SCANS, factors }));
  const pixels = 4096 ** 2;
  const full = head([0x11, 0x11, 0x11]);
  const sampled = head([0x22, 0x11, 0x11]);
  assert.equal(imageCost(full).bytes, full.bytes.length + pixels * (3 + 2 * 3));
  assert.equal(imageCost(sampled).bytes, sampled.bytes.length + pixels * (3 + 2 * 1.5));
});

/** A PNG's signature and header. */
function png(fields: PngHeadFields, ...chunks: readonly Uint8Array[]): JudgedImage {
  return judged(pngOf(pngHead({ width: SIDE, height: SIDE, ...fields }), ...chunks));
}

Deno.test("imageCost() is a whole number of bytes for every golden, and some milliseconds", () => {
  const goldens = readGoldens().filter(({ name, f32 }) =>
    f32 !== undefined && /^inputs\/|^other\/.*\.(png|gif|tif)$/.test(name)
  );
  assert.ok(goldens.length > 100);
  for (const { name } of goldens) {
    const { ms, bytes } = imageCost(judged(readGoldenFile(name)));
    assert.ok(Number.isInteger(bytes) && bytes > 0 && ms > 0 && ms < 1000, name);
  }
});

Deno.test("imageCost() of a PNG has time for its samples, and memory for no more than pixels of 8 bits", () => {
  const [gray, rgb, deep] = [[1, 0], [8, 2], [16, 6]].map(([depth = 0, colourType = 0]) =>
    imageCost(png({ depth, colourType }))
  );
  assert.ok(gray && rgb && deep && gray.ms < rgb.ms && rgb.ms < deep.ms);
  assert.ok(deep.ms < DEFAULT_LIMITS.decodeMsMax, String(deep.ms));
  const megabytes = [gray, rgb, deep].map(({ bytes }) => Math.round(bytes / 1e6));
  assert.deepEqual(megabytes, [100, 100, 100]);
});

Deno.test("imageCost() counts the pixels of a PNG twice where it has to be turned, and its rows", () => {
  const exif = "MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
  const turned = pngChunk("eXIf", Uint8Array.from(exif, (letter) => letter.charCodeAt(0)));
  assert.equal(Math.round(imageCost(png({}, turned)).bytes / 1e6), 200);
  const wide = { width: SIDE * SIDE, height: 1 };
  assert.equal(Math.round(imageCost(png(wide)).bytes / 1e6), 100 + 3 * 75);
  const narrow = png({ width: 1, height: SIDE * SIDE, depth: 8, colourType: 0 });
  assert.ok(imageCost(narrow).ms > imageCost(png({ colourType: 0 })).ms + 1500);
});

Deno.test("judgeCost() refuses what decoding would hold, whatever the file's size", () => {
  const limits = { ...DEFAULT_LIMITS, decodeBytesMax: 90e6 };
  assert.throws(() => judgeCost(png({}), limits), {
    code: "image_too_large",
    message:
      "Cannot decode image as its decoding must hold ≤ 90000000 bytes: 25000000 pixels hold 100045033 bytes",
  });
});

Deno.test("imageCost() of a TIFF counts its strips, each of which begins anew, and a fax's rows", () => {
  const cost = (tags: TiffTags) => imageCost(judged(grayTiff(tags, [0])));
  const offsets = new Array<number>(10_000).fill(0);
  assert.ok(cost({ 273: offsets }).ms > cost({ 273: 0 }).ms + 100);
  const row = { 256: SIDE * SIDE, 257: 1, 258: 1 };
  const held = [8, 4].map((compression) => cost({ ...row, 259: compression }).bytes / 1e6);
  assert.deepEqual(held.map(Math.round), [25, 25 + 2 * 4 * 25]);
});

Deno.test("imageCost() of a crop of 224 pixels out of the middle is that of decoding, of a larger one more", () => {
  const image = judged(readGoldenFile("inputs/rgb_420_640x480.jpg"));
  const ms = (crop: ImageLimits["crop"]) => imageCost(image, undefined, crop && { crop }).ms;
  assert.equal(ms({ size: 224, pillow: 13 }), ms(undefined));
  assert.equal(ms({ size: 224, resize_mode: "longest", pillow: 12 }), ms(undefined));
  const larger = ms({ size: 512, pillow: 13 }) - ms(undefined);
  assert.ok(larger > 0.5 && larger < 1, String(larger));
});

Deno.test("judgeCost() counts weights of both sides where both become the crop's, and refuses a row of 25 million pixels", () => {
  const crop = { size: 224, resize_mode: "squash", pillow: 13 } as const;
  const cost = (width: number, height: number) =>
    judgeCost(png({ width, height }), { ...DEFAULT_LIMITS, crop });
  const plain = judgeCost(png({ width: 3_000_000, height: 1 }), DEFAULT_LIMITS);
  const wide = cost(3_000_000, 1);
  assert.ok(wide.ms > plain.ms + 500 && wide.bytes > plain.bytes + 200e6);
  assert.throws(() => cost(SIDE * SIDE, 1), { code: "image_too_large" });
  // Of a photo they are next to nothing.
  const photo = judgeCost(png({}), DEFAULT_LIMITS);
  assert.ok(cost(SIDE, SIDE).ms < photo.ms * 1.02);
  assert.ok(cost(SIDE, SIDE).bytes < photo.bytes * 1.02);
});

Deno.test("judgeCost() counts what Pillow 12's first pass gives of a tall picture that is squashed", () => {
  const squash = { size: 224, resize_mode: "squash" } as const;
  const limits = (pillow: 12 | 13) => ({ ...DEFAULT_LIMITS, crop: { ...squash, pillow } });
  const tall = png({ width: 300, height: 60_000 });
  const [older, newer] = [judgeCost(tall, limits(12)), judgeCost(tall, limits(13))];
  assert.ok(older.ms > newer.ms + 500 && older.bytes > newer.bytes + 50e6);
  assert.deepEqual(judgeCost(png({}), limits(12)), judgeCost(png({}), limits(13)));
  const thin = png({ width: 1, height: 1_000_000 });
  assert.throws(() => judgeCost(thin, limits(12)), { code: "image_too_large" });
});
