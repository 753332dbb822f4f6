/** What a TIFF's first directory says about its picture, and where the parts of it lie (TIFF 6.0, sections 3–15). */
import { limitRefusal, Refusal } from "../../contract/refusal.ts";
import { TiffDirectory } from "../../header/tiff_directory.ts";

const TAG = {
  width: 256,
  height: 257,
  bits: 258,
  compression: 259,
  colour: 262,
  offsets: 273,
  orientation: 274,
  samples: 277,
  rows: 278,
  byteCounts: 279,
  predictor: 317,
  palette: 320,
  tileWidth: 322,
  tileHeight: 323,
  tileOffsets: 324,
  tileByteCounts: 325,
  extraSamples: 338,
  sampleFormat: 339,
};

/** PhotometricInterpretation. */
export const COLOUR = { whiteIsZero: 0, blackIsZero: 1, rgb: 2, palette: 3 };
/** Predictor 2 has differences from the pixel to the left. */
const PREDICTORS = { none: 1, horizontal: 2 };
const UNSIGNED = 1;
const FLOAT = 3;
const PALETTE_CHANNELS = 3;
/** Each costs an object and a call of zlib, and may take one byte of the file. */
const SEGMENTS_MAX = 16_384;
/** Tiles are unpacked whole: they may reach over the picture by so much, and small pictures by a tile of some size. */
const TILED = { factor: 4, pixels: 1024 * 1024 };

/** A strip or tile: a part of the picture, or more where it reaches over the edge. */
export interface TiffSegment {
  readonly x: number;
  readonly y: number;
  /** Pixels of a row, and rows that the picture has of it. */
  readonly width: number;
  readonly rows: number;
  /** Rows that it has at most, all of them coded. */
  readonly rowsMax: number;
  readonly offset: number;
  readonly byteLength: number;
}

/** A picture of 8 or 16 bits a sample. */
export interface TiffPage {
  readonly isLittleEndian: boolean;
  readonly width: number;
  readonly height: number;
  readonly bits: 8 | 16;
  readonly samples: number;
  readonly compression: number;
  /** One of `COLOUR`. */
  readonly colour: number;
  readonly isDifferences: boolean;
  /** Whether colours were multiplied by an alpha that follows them. */
  readonly isPremultiplied: boolean;
  /** Red, green and blue of each index, in turn; 16 bits each. */
  readonly palette: readonly number[];
  readonly segments: readonly TiffSegment[];
}

/**
 * Reads the first page's directory.
 *
 * @throws {Refusal} `unsupported_image` for kinds that are not decoded.
 * @throws {Error} when the file is damaged.
 */
export function readTiffPage(bytes: Uint8Array): TiffPage {
  const directory = new TiffDirectory(bytes);
  const value = (tag: number, otherwise: number) => directory.value(tag) || otherwise;
  const [width, height] = [value(TAG.width, 0), value(TAG.height, 0)];
  const bits = value(TAG.bits, 0);
  const colour = directory.value(TAG.colour) ?? -1;
  const predictor = value(TAG.predictor, PREDICTORS.none);
  if (value(TAG.orientation, 1) !== 1) throw unsupported("turned");
  if (!Object.values(COLOUR).includes(colour)) throw unsupported("of this colour space");
  if (bits !== 8 && bits !== 16) throw unsupported(`of ${bits} bits`);
  if (value(TAG.sampleFormat, UNSIGNED) === FLOAT) throw unsupported("of floats");
  if (!Object.values(PREDICTORS).includes(predictor)) throw new Error("Cannot find its predictor");
  const entries = PALETTE_CHANNELS * 2 ** bits;
  const palette = colour === COLOUR.palette ? directory.values(TAG.palette, entries) : [];
  if (palette.length % entries !== 0) throw new Error("Cannot read a palette of its length");
  const compression = value(TAG.compression, 1);
  return {
    isLittleEndian: directory.isLittleEndian,
    width,
    height,
    bits,
    samples: value(TAG.samples, 1),
    compression,
    colour,
    isDifferences: predictor === PREDICTORS.horizontal,
    isPremultiplied: directory.value(TAG.extraSamples) === 1,
    palette,
    segments: isTiled(directory)
      ? readTiles(directory, { width, height })
      : readStrips(directory, { width, height, isPacked: compression !== 1 }),
  };
}

/** The refusal of a kind of TIFF. */
export function unsupported(what: string): Refusal {
  return new Refusal(
    "unsupported_image",
    `Cannot decode image: TIFFs that are ${what} are not supported`,
  );
}

function isTiled(directory: TiffDirectory): boolean {
  const { tileWidth, tileHeight, tileOffsets, tileByteCounts } = TAG;
  return [tileWidth, tileHeight, tileOffsets, tileByteCounts]
    .every((tag) => directory.count(tag) > 0);
}

function assertSegments(count: number): void {
  if (count <= SEGMENTS_MAX) return;
  const violation = { quantity: "its strips or tiles", limit: SEGMENTS_MAX, value: count };
  throw limitRefusal("image_too_large", violation);
}

function assertTiledPixels(tiled: number, pixels: number): void {
  const limit = TILED.factor * Math.max(pixels, TILED.pixels);
  if (tiled <= limit) return;
  throw limitRefusal("image_too_large", { quantity: "pixels of its tiles", limit, value: tiled });
}

/** As many as the picture has rows for; a file may name more. */
function readStrips(
  directory: TiffDirectory,
  { width, height, isPacked }: Record<"width" | "height", number> & { readonly isPacked: boolean },
): TiffSegment[] {
  const rowsMax = Math.min(height, directory.value(TAG.rows) || height);
  const count = Math.ceil(height / rowsMax);
  assertSegments(count);
  const offsets = directory.values(TAG.offsets, count);
  const byteLengths = directory.values(TAG.byteCounts, count);
  if (isPacked && byteLengths.length === 0) throw new Error("Cannot find how long its strips are");
  return offsets.map((offset, index) => {
    const y = index * rowsMax;
    const rows = Math.min(rowsMax, height - y);
    return { x: 0, y, width, rows, rowsMax, offset, byteLength: byteLengths[index] ?? Infinity };
  });
}

function readTiles(
  directory: TiffDirectory,
  { width, height }: Readonly<Record<"width" | "height", number>>,
): TiffSegment[] {
  const tileWidth = directory.value(TAG.tileWidth) || 1;
  const rowsMax = directory.value(TAG.tileHeight) || 1;
  const across = Math.ceil(width / tileWidth);
  const count = across * Math.ceil(height / rowsMax);
  assertSegments(count);
  assertTiledPixels(tileWidth * rowsMax * count, width * height);
  const offsets = directory.values(TAG.tileOffsets, count);
  const byteLengths = directory.values(TAG.tileByteCounts, count);
  return offsets.map((offset, index) => {
    const y = Math.floor(index / across) * rowsMax;
    const rows = Math.min(rowsMax, height - y);
    const x = index % across * tileWidth;
    return { x, y, width: tileWidth, rows, rowsMax, offset, byteLength: byteLengths[index] ?? 0 };
  });
}
