/**
 * TIFF to RGB: gray, palette and RGB of 8 or 16 bits, uncompressed, LZW or deflate. A strip at a time is unpacked, up to
 * as many bytes as its rows have: beside the pixels, memory is that of the largest strip, whatever the file packs.
 */
import { constants, inflateSync } from "node:zlib";
import type { PixelImage } from "../../contract/pixels.ts";
import { unpackLzw } from "./tiff_lzw.ts";
import { COLOUR, readTiffPage, type TiffPage, type TiffSegment, unsupported } from "./tiff_page.ts";

/** Unpacks `bytes` to no more than `lengthMax`. */
type Unpack = (bytes: Uint8Array, lengthMax: number) => Uint8Array;

/** The least that zlib takes. */
const CHUNK_BYTES_MIN = 64;

/** By TIFF's number for the compression. */
const UNPACKERS: Readonly<Record<number, Unpack>> = {
  1: (bytes) => bytes,
  5: unpackLzw,
  8: inflate,
  32946: inflate,
};

/**
 * Decodes the first page.
 *
 * @throws {Refusal} `unsupported_image` for other kinds of TIFF.
 * @throws {Error} when the file is damaged.
 */
export function decodeTiff(bytes: Uint8Array): PixelImage {
  const page = readTiffPage(bytes);
  const unpack = UNPACKERS[page.compression];
  if (unpack === undefined) throw unsupported("of this compression");
  const { width, height, samples, bits } = page;
  const data = new Uint8Array(width * height * 3);
  let pixels = 0;
  for (const segment of page.segments) {
    const rowBytes = segment.width * samples * bits / 8;
    const end = Math.min(bytes.length, segment.offset + segment.byteLength);
    const packed = bytes.subarray(segment.offset, end);
    // A last strip may be as long as the others, though the picture ends within it.
    const raw = unpack(packed, rowBytes * segment.rowsMax);
    if (raw.length < rowBytes * segment.rows) throw new Error("Cannot find all of a strip");
    writeRgb(page, { segment, raw }, data);
    pixels += Math.min(segment.width, width - segment.x) * segment.rows;
  }
  if (pixels < width * height) throw new Error("Cannot find all strips");
  return { width, height, mode: "RGB", data };
}

/**
 * In one piece, as several would be put together by a copy. The checksum at the end may be missing, as Pillow allows.
 *
 * @throws {Error} when the bytes are damaged, or those of more than `lengthMax`.
 */
function inflate(bytes: Uint8Array, lengthMax: number): Uint8Array {
  const chunkSize = Math.max(CHUNK_BYTES_MIN, lengthMax);
  const finishFlush = constants.Z_SYNC_FLUSH;
  return inflateSync(bytes, { maxOutputLength: lengthMax, chunkSize, finishFlush });
}

interface UnpackedSegment {
  readonly segment: TiffSegment;
  readonly raw: Uint8Array;
}

/** Writes a segment's pixels, as far as the picture has them, into the picture's. */
function writeRgb(page: TiffPage, { segment, raw }: UnpackedSegment, data: Uint8Array): void {
  const { width, samples, bits } = page;
  const rowBytes = Math.min(segment.width, width - segment.x) * 3;
  const row = new Uint16Array(segment.width * samples);
  const step = row.length * bits / 8;
  for (let y = 0; y < segment.rows; y++) {
    readRow(page, raw.subarray(y * step, (y + 1) * step), row);
    if (page.isDifferences) addUp(row, page);
    if (page.isPremultiplied) divideByAlpha(row, page);
    const start = ((segment.y + y) * width + segment.x) * 3;
    writeRow(page, row, data.subarray(start, start + rowBytes));
  }
}

function readRow({ bits, isLittleEndian }: TiffPage, raw: Uint8Array, row: Uint16Array): void {
  if (bits === 8) {
    row.set(raw);
    return;
  }
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  for (let i = 0; i < row.length; i++) row[i] = view.getUint16(2 * i, isLittleEndian);
}

function addUp(row: Uint16Array, { samples, bits }: TiffPage): void {
  const mask = 2 ** bits - 1;
  for (let i = samples; i < row.length; i++) {
    row[i] = ((row[i] as number) + (row[i - samples] as number)) & mask;
  }
}

function divideByAlpha(row: Uint16Array, { samples, bits }: TiffPage): void {
  const most = 2 ** bits - 1;
  for (let pixel = 0; pixel < row.length; pixel += samples) {
    const alpha = row[pixel + samples - 1] as number;
    for (let i = pixel; i < pixel + samples - 1; i++) {
      row[i] = Math.round((row[i] as number) * most / alpha) & most;
    }
  }
}

function writeRow(
  { colour, palette, samples, bits }: TiffPage,
  row: Uint16Array,
  rgb: Uint8Array,
): void {
  const shift = bits - 8;
  const flip = colour === COLOUR.whiteIsZero ? 2 ** bits - 1 : 0;
  const colours = palette.length / 3;
  for (let out = 0; out < rgb.length; out += 3) {
    const first = out / 3 * samples;
    for (let channel = 0; channel < 3; channel++) {
      // Palettes hold 16 bits a channel whatever the samples do.
      rgb[out + channel] = colour === COLOUR.palette
        ? (palette[channel * colours + (row[first] as number)] ?? 0) >> 8
        : ((row[first + (colour === COLOUR.rgb ? channel : 0)] ?? 0) ^ flip) >> shift;
    }
  }
}
