import assert from "node:assert/strict";
import { readRasters } from "../../../testing/goldens/read_rasters.ts";
import type { PixelImage } from "../../contract/pixels.ts";
import { decodeTiff } from "./tiff_decoder.ts";
import { createOpenJpeg } from "./tiff_jpeg.ts";

// Pixels stand in rasters_test.ts, by the real decoder.

function file(name: string): Uint8Array<ArrayBuffer> {
  const golden = readRasters("tiff").find((entry) => entry.name === name);
  assert.ok(golden, name);
  return golden.file;
}

/** The JPEGs that a decoder would get, which gives gray for all of them. */
function strips(tiff: Uint8Array): Uint8Array[] {
  const seen: Uint8Array[] = [];
  decodeTiff(tiff, (bytes, { width, height, components }): PixelImage => {
    seen.push(bytes);
    const mode = ({ 1: "L", 3: "RGB", 4: "CMYK" } as const)[components] ?? "L";
    return { width, height, mode, data: new Uint8Array(width * height * components).fill(128) };
  });
  return seen;
}

/** Markers up to the scan. */
function markers(jpeg: Uint8Array): string[] {
  const found: string[] = [];
  for (let at = 2; at < jpeg.length;) {
    const marker = jpeg[at + 1] as number;
    found.push(marker.toString(16));
    if (marker === 0xda) break;
    at += 2 + ((jpeg[at + 2] as number) << 8 | (jpeg[at + 3] as number));
  }
  return found;
}

Deno.test("decodeTiff() makes JPEGs of strips and the tables that they share", () => {
  const [first = new Uint8Array(), ...more] = strips(file("jpeg_subsampling_2_tables"));
  assert.equal(more.length, 1);
  const found = markers(first);
  assert.deepEqual(found.slice(0, 1), ["ee"], "Adobe's marker says how it is coloured");
  assert.ok(found.includes("db") && found.includes("c4") && found.includes("c0"));
  assert.ok(!found.includes("e0"), "JFIF would have a say in the colours");
});

Deno.test("decodeTiff() tells the decoder whether a strip's colours are to be converted", () => {
  const transform = (name: string) => strips(file(name))[0]?.[17];
  assert.equal(transform("jpeg_subsampling_0_whole"), 1);
  assert.equal(transform("jpeg_rgb_as_it_is"), 0);
});

Deno.test("decodeTiff() bounds what strips share, and how high the last one is", () => {
  const { file: whole } = { file: file("jpeg_gray") };
  const tag = (bytes: Uint8Array, number: number) => {
    const view = new DataView(bytes.buffer);
    const directory = view.getUint32(4, true);
    for (let at = directory + 2;; at += 12) if (view.getUint16(at, true) === number) return at;
  };
  const shared = file("jpeg_subsampling_2_tables");
  const long = new Uint8Array(shared.length + 4097);
  long.set(shared);
  const view = new DataView(long.buffer);
  const entry = tag(long, 347);
  view.setUint32(entry + 4, 4097, true);
  view.setUint32(entry + 8, shared.length, true);
  assert.throws(() => strips(long), { code: "image_too_large", message: /tables that its strips/ });
  // The picture has 37 rows.
  const high = (rows: number) => {
    const bytes = whole.slice();
    const frame = bytes.findIndex((byte, at) => byte === 0xff && bytes[at + 1] === 0xc0);
    new DataView(bytes.buffer).setUint16(frame + 5, rows);
    return bytes;
  };
  assert.equal(strips(high(37 + 64)).length, 1);
  assert.throws(() => strips(high(37 + 65)), /a JPEG that is not its strip's/);
});

Deno.test("decodeTiff() takes inks of a TIFF's JPEG as they are", () => {
  const image = decodeTiff(file("jpeg_cmyk"), (_, { width, height }) => ({
    ...{ width, height, mode: "CMYK" },
    data: new Uint8Array(width * height * 4).fill(200),
  }));
  assert.ok(image.data.every((ink) => ink === 55));
});

Deno.test("decodeTiff() refuses JPEGs in several passes, and such as are not their strip's", () => {
  assert.throws(() => strips(file("jpeg_progressive")), {
    code: "unsupported_image",
    message: /packed as JPEGs in several passes/,
  });
  const wide = file("jpeg_gray").slice();
  const frame = wide.findIndex((byte, at) => byte === 0xff && wide[at + 1] === 0xc0);
  wide[frame + 8] = 46;
  assert.throws(() => strips(wide), /a JPEG that is not its strip's/);
  wide[frame + 8] = 44;
  assert.equal(strips(wide).length, 1, "a narrower one leaves black behind it");
});

Deno.test("createOpenJpeg() refuses by name samples that no decoder knows, such as gray with alpha", () => {
  const rest = { tables: new Uint8Array(), isYCbCr: false, subsampling: [] };
  const decodeJpeg = () => assert.fail("nothing is decoded");
  for (const samples of [2, 5]) {
    assert.throws(() => createOpenJpeg({ ...rest, samples, decodeJpeg }), {
      code: "unsupported_image",
      message: new RegExp(`packed as JPEGs of ${samples} samples a pixel`),
    });
  }
});

Deno.test("decodeTiff() refuses strips and shared tables that do not begin as JPEGs, as libjpeg does in libtiff", () => {
  const start = (bytes: Uint8Array, from: number) =>
    bytes.findIndex((byte, at) => at >= from && byte === 0xff && bytes[at + 1] === 0xd8);
  const whole = file("jpeg_gray").slice();
  whole[start(whole, 0)] = 0xfb;
  assert.throws(() => strips(whole), /the start of a JPEG/);
  const shared = file("jpeg_subsampling_2_tables");
  for (let at = start(shared, 0); at >= 0; at = start(shared, at + 1)) {
    const damaged = shared.slice();
    damaged[at] = 0xfb;
    assert.throws(() => strips(damaged), /the start of a JPEG/, String(at));
  }
});
