/** TIFF to RGB: gray, palette and RGB of 8 or 16 bits, uncompressed, LZW or deflate. */
import { decode, type TiffIfd } from "tiff";
import { Refusal } from "../contract/refusal.ts";
import type { PixelImage } from "../contract/pixels.ts";

/**
 * Bytes of a compressed TIFF. LZW and deflate grow their input up to 2,700 times, and the library cannot be told
 * where to stop.
 */
const COMPRESSED_BYTES_MAX = 256 * 1024;
const UNCOMPRESSED = 1;

const WHITE_IS_ZERO = 0;
const BLACK_IS_ZERO = 1;
const RGB = 2;
const PALETTE = 3;

/**
 * Decodes the first page.
 *
 * @throws {Refusal} `unsupported_image` for other kinds of TIFF.
 * @throws {Error} when the file is damaged.
 */
export function decodeTiff(bytes: Uint8Array): PixelImage {
  const [page] = decodeFirstPage(bytes);
  if (page === undefined) throw new Error("Cannot find a page");
  const { width, height } = page;
  return { width, height, channels: 3, data: toRgb(page) };
}

function decodeFirstPage(bytes: Uint8Array): TiffIfd[] {
  const [head] = decode(bytes, { pages: [0], ignoreImageData: true });
  const isCompressed = head !== undefined && head.compression !== UNCOMPRESSED;
  if (isCompressed && bytes.length > COMPRESSED_BYTES_MAX) {
    throw unsupported(`compressed and over ${COMPRESSED_BYTES_MAX} bytes`);
  }
  try {
    return decode(bytes, { pages: [0] });
  } catch (cause) {
    // The library says in words alone whether a file is damaged or of a kind it does not know.
    if (cause instanceof Error && cause.message.startsWith("Unsupported")) {
      throw unsupported("of this compression or colour space");
    }
    throw cause;
  }
}

/** The library has already turned white-is-zero pictures over. */
function toRgb(page: TiffIfd): Uint8Array {
  const { data, type, bitsPerSample, samplesPerPixel, palette } = page;
  if (bitsPerSample !== 8 && bitsPerSample !== 16) throw unsupported(`of ${bitsPerSample} bits`);
  if (data instanceof Float32Array || data instanceof Float64Array) throw unsupported("of floats");
  if (![WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PALETTE].includes(type)) throw unsupported("not RGB");
  const shift = bitsPerSample - 8;
  const rgb = new Uint8Array(page.width * page.height * 3);
  for (let out = 0; out < rgb.length; out++) {
    const channel = out % 3;
    const first = Math.floor(out / 3) * samplesPerPixel;
    if (type === PALETTE) {
      // Palettes hold 16 bits a channel whatever the samples do.
      rgb[out] = (palette?.[data[first] ?? 0]?.[channel] ?? 0) >> 8;
    } else {
      rgb[out] = (data[first + (type === RGB ? channel : 0)] ?? 0) >> shift;
    }
  }
  return rgb;
}

function unsupported(what: string): Refusal {
  return new Refusal(
    "unsupported_image",
    `Cannot decode image: TIFFs that are ${what} are not supported`,
  );
}
