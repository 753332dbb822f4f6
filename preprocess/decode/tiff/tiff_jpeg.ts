/**
 * Strips that are JPEGs of their own (compression 7; Adobe's TIFF Technical Note 2): each lacks the tables that all
 * share, and how it is coloured says the TIFF. As libtiff reads them (source: its tif_jpeg.c).
 */
import { pixelBytes, type PixelImage } from "../../contract/pixels.ts";
import { limitRefusal } from "../../contract/refusal.ts";
import { type JpegHeader, parseJpegHeader } from "../../header/jpeg_header.ts";
import type { OpenStrip, StripShape } from "./strip_reader.ts";
import { unsupported } from "./tiff_page.ts";

/** Decodes a JPEG; its pixels are valid until the next call. */
export type DecodeJpeg = (bytes: Uint8Array<ArrayBuffer>, header: JpegHeader) => PixelImage;

/** What of a page decides how its strips are read. */
export interface TiffJpegOptions {
  readonly decodeJpeg: DecodeJpeg;
  /** The shared tables, a JPEG without a picture; empty where there are none. */
  readonly tables: Uint8Array;
  readonly samples: number;
  readonly isYCbCr: boolean;
  /** Of YCbCr, how many pixels across and down have one colour; as in the strips unless given. */
  readonly subsampling: readonly number[];
}

const [SOI, EOI, SOS, COMMENT] = [0xd8, 0xd9, 0xda, 0xfe];
const [APP_FIRST, APP_LAST] = [0xe0, 0xef];
const BLOCK_SIDE = 8;
/** Adobe's APP14, of which the last byte says 1 for YCbCr and 0 for colours as they are. */
const ADOBE = [0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0];
/** Samples a pixel that a decoder of JPEGs knows; libtiff's reads gray with alpha as well. */
const SAMPLES = [1, 3, 4];
/** Of tables that all strips share, and each is decoded with: four of quantisation and eight of codes have 3,000 bytes. */
const TABLES_BYTES_MAX = 4096;
/** Rows that the last strip may be coded with beyond those of a whole one; libtiff lets it have any number. */
const FURTHER_ROWS_MAX = 64;
/** Frames that are coded in one pass, and take no longer than their pixels. */
const FRAME_TYPES_MAX = 1;

/**
 * How strips are opened.
 *
 * @throws {Refusal} `unsupported_image` for other samples a pixel, and for JPEGs in several passes; `image_too_large` for
 * too many tables; as `decodeJpeg`.
 */
export function createOpenJpeg(options: TiffJpegOptions): OpenStrip {
  if (!SAMPLES.includes(options.samples)) {
    throw unsupported(`packed as JPEGs of ${options.samples} samples a pixel`);
  }
  const { length } = options.tables;
  if (length > TABLES_BYTES_MAX) {
    throw limitRefusal("image_too_large", {
      quantity: "bytes of tables that its strips share",
      limit: TABLES_BYTES_MAX,
      value: length,
    });
  }
  const tables = length > 0 ? segmentsOf(options.tables) : options.tables;
  return (packed, shape) => {
    const file = wholeJpeg(tables, packed, options);
    const header = parseJpegHeader(file);
    assertFits(header, shape, options);
    return new JpegRows(options.decodeJpeg(file, header));
  };
}

/** Hands out rows of a decoded strip; what it has less than its strip is 0. */
class JpegRows {
  readonly #pixels: PixelImage;
  #row = 0;

  constructor(pixels: PixelImage) {
    this.#pixels = pixels;
  }

  read(out: Uint8Array): void {
    const { data, height, width, mode } = this.#pixels;
    const rowBytes = width * pixelBytes({ mode });
    const row = this.#row++;
    out.fill(0);
    if (row >= height) return;
    out.set(data.subarray(row * rowBytes, (row + 1) * rowBytes));
    // A decoder of JPEGs takes inks for inverted, as they are outside of TIFFs.
    if (mode !== "CMYK") return;
    for (let at = 0; at < rowBytes; at++) out[at] = 255 - (out[at] as number);
  }
}

function wholeJpeg(
  tables: Uint8Array,
  packed: Uint8Array,
  { isYCbCr, samples }: TiffJpegOptions,
): Uint8Array<ArrayBuffer> {
  const rest = segmentsOf(packed);
  const adobe = samples === 1 ? [] : [...ADOBE, isYCbCr ? 1 : 0];
  const file = new Uint8Array(2 + adobe.length + tables.length + rest.length);
  file.set([0xff, SOI, ...adobe]);
  file.set(tables, 2 + adobe.length);
  file.set(rest, 2 + adobe.length + tables.length);
  return file;
}

/**
 * All between the start and the end of a JPEG, without what would have a say in its colours; from the scan on it is
 * taken as it comes.
 *
 * @throws {Error} where no JPEG begins.
 */
function segmentsOf(jpeg: Uint8Array): Uint8Array {
  if (jpeg[0] !== 0xff || jpeg[1] !== SOI) throw new Error("Cannot find the start of a JPEG");
  const kept: Uint8Array[] = [];
  let at = 2;
  while (at + 1 < jpeg.length) {
    const marker = jpeg[at + 1] as number;
    if (jpeg[at] !== 0xff || marker === 0xff || marker === SOI) {
      at += jpeg[at] === 0xff && marker === SOI ? 2 : 1;
      continue;
    }
    if (marker === EOI) break;
    if (marker === SOS) {
      kept.push(jpeg.subarray(at));
      break;
    }
    const end = at + 2 + ((jpeg[at + 2] ?? 0) << 8 | (jpeg[at + 3] ?? 0));
    const isColour = marker >= APP_FIRST && marker <= APP_LAST || marker === COMMENT;
    if (!isColour) kept.push(jpeg.subarray(at, end));
    at = Math.max(end, at + 2);
  }
  const whole = new Uint8Array(kept.reduce((sum, segment) => sum + segment.length, 0));
  let place = 0;
  for (const segment of kept) {
    whole.set(segment, place);
    place += segment.length;
  }
  return whole;
}

function assertFits(
  header: JpegHeader,
  { width, rows, rowsWhole, isLast }: StripShape,
  { samples, isYCbCr, subsampling }: TiffJpegOptions,
): void {
  const { frameType, firstScanComponents, components, precision } = header;
  if (frameType > FRAME_TYPES_MAX || firstScanComponents !== components) {
    throw unsupported("packed as JPEGs in several passes");
  }
  const [across = 1, down = 1] = isYCbCr ? subsampling : [1, 1];
  const isSampled = isYCbCr && subsampling.length === 0 ||
    header.mcuWidth === across * BLOCK_SIDE && header.mcuHeight === down * BLOCK_SIDE;
  // The last strip may be coded as high as the others.
  const rowsMax = isLast && header.width === width ? rowsWhole + FURTHER_ROWS_MAX : rows;
  const isLow = header.height <= rowsMax;
  const fits = header.width <= width && isLow;
  if (fits && isSampled && components === samples && precision === 8) return;
  throw new Error("Cannot read a JPEG that is not its strip's");
}
