/** PNG (ISO/IEC 15948), GIF89a and TIFF 6.0 files that grow. */
import { crc32, deflateSync } from "node:zlib";
import { type Bomb, type BombRequest, join, repeat, SIDE, text } from "./bomb.ts";

const MIB = 1024 * 1024;
const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const COLOR = { gray: 0, rgba: 6 };
/** Most of what a file may inflate to here: it takes seconds to make. */
const ZEROS = 512 * MIB;

/** So many zeros by zlib: a thousandth of them. */
function zeros(count: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(deflateSync(new Uint8Array(count), { level: 9 }));
}

function chunk(type: string, data: Uint8Array | readonly number[]): Uint8Array<ArrayBuffer> {
  const typed = join(text(type), data);
  const bytes = new Uint8Array(typed.length + 8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(typed, 4);
  view.setUint32(typed.length + 4, crc32(typed));
  return bytes;
}

interface PngFields {
  readonly side: number;
  readonly depth: number;
  readonly color: number;
  readonly interlaced?: boolean;
}

function png(fields: PngFields, ...chunks: readonly Uint8Array[]): BombRequest {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, fields.side);
  view.setUint32(4, fields.side);
  header.set([fields.depth, fields.color, 0, 0, Number(fields.interlaced ?? false)], 8);
  const body = join(PNG_SIGNATURE, chunk("IHDR", header), ...chunks, chunk("IEND", []));
  return { contentType: "image/png", body };
}

const SMALL: PngFields = { side: 8, depth: 8, color: COLOR.gray };
const SMALL_DATA = chunk("IDAT", zeros(8 * 9));

/** A TIFF of one strip or more: 16-bit RGBA of the full size unless told otherwise. */
function tiff(
  entries: readonly (readonly [tag: number, type: number, values: readonly number[]])[],
  data: Uint8Array,
  next = 0,
): BombRequest {
  const dataAt = 8;
  const ifdAt = dataAt + data.length + data.length % 2;
  const sizes = [0, 1, 1, 2, 4];
  let restAt = ifdAt + 2 + entries.length * 12 + 4;
  const total = entries.reduce(
    (sum, [, type, values]) => sum + Math.max(4, values.length * (sizes[type] ?? 4)),
    restAt,
  );
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  bytes.set([0x49, 0x49, 42, 0]);
  view.setUint32(4, ifdAt, true);
  bytes.set(data, dataAt);
  view.setUint16(ifdAt, entries.length, true);
  entries.forEach(([tag, type, values], index) => {
    const at = ifdAt + 2 + index * 12;
    const size = sizes[type] ?? 4;
    view.setUint16(at, tag, true);
    view.setUint16(at + 2, type, true);
    view.setUint32(at + 4, values.length, true);
    const isInline = values.length * size <= 4;
    const valuesAt = isInline ? at + 8 : restAt;
    if (!isInline) {
      view.setUint32(at + 8, restAt, true);
      restAt += values.length * size;
    }
    values.forEach((value, place) => {
      if (size === 2) view.setUint16(valuesAt + place * 2, value, true);
      else view.setUint32(valuesAt + place * 4, value, true);
    });
  });
  view.setUint32(ifdAt + 2 + entries.length * 12, next, true);
  return { contentType: "image/tiff", body: bytes };
}

const SHORT = 3;
const LONG = 4;
const COMPRESSION = { none: 1, deflate: 8 };

function tiffEntries(depth: number, samples: number, more: {
  readonly compression: number;
  readonly offsets: readonly number[];
  readonly counts: readonly number[];
  readonly rows: number;
}): [number, number, readonly number[]][] {
  return [
    [256, LONG, [SIDE]],
    [257, LONG, [SIDE]],
    [258, SHORT, Array<number>(samples).fill(depth)],
    [259, SHORT, [more.compression]],
    [262, SHORT, [samples === 1 ? 1 : 2]],
    [273, LONG, more.offsets],
    [277, SHORT, [samples]],
    [278, LONG, [more.rows]],
    [279, LONG, more.counts],
    ...samples === 4 ? [[338, SHORT, [2]] as [number, number, number[]]] : [],
  ];
}

function deflatedTiff(depth: number, samples: number): BombRequest {
  const data = zeros(SIDE * SIDE * samples * (depth / 8));
  const strip = { offsets: [8], counts: [data.length], rows: SIDE };
  return tiff(tiffEntries(depth, samples, { compression: COMPRESSION.deflate, ...strip }), data);
}

/** LZW of pixels of level 0 (GIF89a, appendix F): each code stands for one pixel more than the one before. */
function lzwZeros(pixels: number): Uint8Array<ArrayBuffer> {
  const [clear, end, first] = [4, 5, 6];
  const bytes: number[] = [];
  let [held, count, width, next] = [0, 0, 3, first];
  const put = (code: number) => {
    held |= code << count;
    for (count += width; count >= 8; count -= 8) {
      bytes.push(held & 0xff);
      held >>>= 8;
    }
  };
  const codeOf = (run: number) => run === 1 ? 0 : first + run - 2;
  put(clear);
  put(codeOf(1));
  for (let left = pixels - 1; left > 0;) {
    const run = Math.min(left, next - first + 2);
    put(codeOf(run));
    left -= run;
    next++;
    if (next === 2 ** width && width < 12) width++;
    if (next < 4095 || left === 0) continue;
    put(clear);
    [width, next] = [3, first];
    put(codeOf(1));
    left--;
  }
  put(end);
  if (count > 0) bytes.push(held & 0xff);
  const blocks: number[] = [];
  for (let at = 0; at < bytes.length; at += 255) {
    const block = bytes.slice(at, at + 255);
    blocks.push(block.length, ...block);
  }
  return Uint8Array.from([2, ...blocks, 0]);
}

function gif(screen: number, frames: Uint8Array): BombRequest {
  const size = [screen & 0xff, screen >> 8];
  // A table of four colours.
  const head = [...text("GIF89a"), ...size, ...size, 0x91, 0, 0, ...Array<number>(12).fill(90)];
  return { contentType: "image/gif", body: join(head, frames, [0x3b]) };
}

function gifFrame(side: number): Uint8Array<ArrayBuffer> {
  const size = [side & 0xff, side >> 8];
  return join([0x2c, 0, 0, 0, 0, ...size, ...size, 0], lzwZeros(side * side));
}

/** All of this kind. */
export const RASTER_BOMBS: readonly Bomb[] = [
  {
    name: "tiff_deflate_16_bit",
    about: "a TIFF of 195 kB: 25 Mpixel of RGBA in 16 bits, 200 MB inflated",
    statuses: [200, 413, 422],
    make: () => deflatedTiff(16, 4),
  },
  {
    name: "tiff_deflate_8_bit",
    about: "a TIFF of 73 kB: 25 Mpixel of RGB",
    statuses: [200, 413, 422],
    make: () => deflatedTiff(8, 3),
  },
  {
    name: "tiff_inflates_on",
    about: "a TIFF of 25 Mpixel whose strip inflates to seven times its pixels",
    statuses: [200, 413, 422],
    make: () => {
      const data = zeros(SIDE * SIDE * 7);
      const strip = { offsets: [8], counts: [data.length], rows: SIDE };
      return tiff(tiffEntries(8, 1, { compression: COMPRESSION.deflate, ...strip }), data);
    },
  },
  {
    name: "tiff_strips",
    about: "a TIFF whose 400,000 strips are all the same bytes",
    statuses: [200, 413, 422],
    make: () => {
      const strips = 400_000;
      const offsets = Array<number>(strips).fill(8);
      const counts = Array<number>(strips).fill(SIDE);
      const entries = tiffEntries(8, 1, {
        compression: COMPRESSION.none,
        offsets,
        counts,
        rows: 1,
      });
      return tiff(entries, new Uint8Array(SIDE));
    },
  },
  {
    name: "tiff_directory_loop",
    about: "a TIFF whose directory is followed by itself",
    statuses: [200, 413, 422],
    make: () => {
      const data = new Uint8Array(SIDE);
      const strip = { offsets: [8], counts: [SIDE], rows: 1 };
      const entries = tiffEntries(8, 1, { compression: COMPRESSION.none, ...strip });
      return tiff(entries, data, 8 + data.length);
    },
  },
  {
    name: "png_16_bit_interlaced",
    about: "a PNG of 200 kB: 25 Mpixel of RGBA in 16 bits, interlaced",
    statuses: [200, 413, 422],
    make: () => {
      const fields = { side: SIDE, depth: 16, color: COLOR.rgba, interlaced: true };
      // A filter's byte before each row of each of the seven passes.
      return png(fields, chunk("IDAT", zeros(SIDE * SIDE * 8 + SIDE * 15 / 8 + 8)));
    },
  },
  {
    name: "png_16_bit",
    about: "a PNG of 200 kB: 25 Mpixel of RGBA in 16 bits",
    statuses: [200, 413, 422],
    make: () =>
      png(
        { side: SIDE, depth: 16, color: COLOR.rgba },
        chunk("IDAT", zeros((SIDE * 8 + 1) * SIDE)),
      ),
  },
  {
    name: "png_inflates_on",
    about: "a PNG of 64 pixels whose data inflate to half a gigabyte",
    statuses: [200, 413, 422],
    make: () => png(SMALL, chunk("IDAT", zeros(ZEROS))),
  },
  {
    name: "png_compressed_text",
    about: "a small PNG with a text and a profile that inflate to half a gigabyte each",
    statuses: [200, 413, 422],
    make: () => {
      const bytes = zeros(ZEROS);
      const [name, method] = [text("a"), [0, 0]];
      return png(
        SMALL,
        chunk("iCCP", join(name, method, bytes)),
        chunk("zTXt", join(name, method, bytes)),
        SMALL_DATA,
      );
    },
  },
  {
    name: "png_tiny_chunks",
    about: "a small PNG with 600,000 chunks without data",
    statuses: [200, 413, 422],
    make: () => png(SMALL, SMALL_DATA, repeat(chunk("IDAT", []), 600_000)),
  },
  {
    name: "gif_25_megapixel",
    about: "a GIF of 20 kB: 25 Mpixel of one colour",
    statuses: [200, 413, 422],
    make: () => gif(SIDE, gifFrame(SIDE)),
  },
  {
    name: "gif_frames",
    about: "a GIF of 100,000 frames of a pixel on a screen of 25 Mpixel",
    statuses: [200, 413, 422],
    make: () => gif(SIDE, repeat(gifFrame(1), 100_000)),
  },
];
