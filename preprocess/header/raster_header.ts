/** Sizes of PNG, GIF and TIFF images, read from their headers alone. */
import { Refusal } from "../contract/refusal.ts";
import { TiffDirectory } from "./tiff_directory.ts";

/** Width and height in pixels. */
export interface RasterSize {
  readonly width: number;
  readonly height: number;
}

/**
 * Reads the declared size: for a GIF the larger of canvas and first frame, for a TIFF the first page's.
 *
 * @throws {Refusal} `invalid_image` when the header is damaged or ends early.
 */
export function rasterSize(bytes: Uint8Array, format: "png" | "gif" | "tiff"): RasterSize {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    if (format === "png") return { width: view.getUint32(16), height: view.getUint32(20) };
    return format === "gif" ? gifSize(view) : tiffSize(bytes);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new Refusal(
      "invalid_image",
      `Cannot decode image: the ${format.toUpperCase()} header ends early`,
      { cause },
    );
  }
}

/** Samples a pixel by PNG's colour type: gray, RGB, palette, and with alpha gray and RGB. */
const PNG_SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/**
 * Bytes a pixel as the file has it unpacked; parts of one where several pixels share it.
 *
 * @throws {RangeError} when the header ends early.
 */
export function rasterSampleBytes(bytes: Uint8Array, format: "png" | "gif" | "tiff"): number {
  if (format === "gif") return 1;
  if (format === "png") {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    // A type that does not exist is left to the decoder to refuse.
    return view.getUint8(24) * (PNG_SAMPLES[view.getUint8(25)] ?? 4) / 8;
  }
  const directory = new TiffDirectory(bytes);
  return (directory.value(BITS_TAG) || 1) * (directory.value(SAMPLES_TAG) || 1) / 8;
}

const EXTENSION = 0x21;
const IMAGE_DESCRIPTOR = 0x2c;

/** GIF89a, sections 18–20: a frame may be larger than the canvas that holds it. */
function gifSize(view: DataView): RasterSize {
  const flags = view.getUint8(10);
  const colors = flags & 0x80 ? 2 << (flags & 7) : 0;
  let offset = 13 + 3 * colors;
  while (view.getUint8(offset) === EXTENSION) {
    offset += 2;
    // Sub-blocks: a length, so many bytes, and again until a length of 0.
    while (view.getUint8(offset) !== 0) offset += view.getUint8(offset) + 1;
    offset++;
  }
  const hasFrame = view.getUint8(offset) === IMAGE_DESCRIPTOR;
  return {
    width: Math.max(littleEndian16(view, 6), hasFrame ? littleEndian16(view, offset + 5) : 0),
    height: Math.max(littleEndian16(view, 8), hasFrame ? littleEndian16(view, offset + 7) : 0),
  };
}

function littleEndian16(view: DataView, offset: number): number {
  return view.getUint8(offset) | (view.getUint8(offset + 1) << 8);
}

const WIDTH_TAG = 256;
const LENGTH_TAG = 257;
const BITS_TAG = 258;
const SAMPLES_TAG = 277;

/** TIFF 6.0, section 8: ImageWidth and ImageLength of the first directory. */
function tiffSize(bytes: Uint8Array): RasterSize {
  const directory = new TiffDirectory(bytes);
  return { width: directory.value(WIDTH_TAG) ?? 0, height: directory.value(LENGTH_TAG) ?? 0 };
}
