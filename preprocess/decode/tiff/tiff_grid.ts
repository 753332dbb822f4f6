/** Where the strips and tiles of a compressed TIFF are, as libtiff finds them (source: its tif_dirread.c and tif_read.c). */
import type { TiffDirectory } from "../../header/tiff_directory.ts";
import { reverseBits } from "./tiff_layouts.ts";
import { number, TAG, type TiffPage } from "./tiff_page.ts";
import { assertPackedBytes } from "./tiff_segments.ts";
/** PlanarConfiguration where it is not said, 1 and 2. */
const PLANES: readonly (number | undefined)[] = [undefined, 1, 2];
/** PhotometricInterpretation 3. */
const PALETTE_COLOUR = 3;
const INT_MAX = 2 ** 31 - 1;
/** libtiff lets a strip have so many bytes whatever its rows have, and ten times those of its rows. */
const PACKED = { free: 1024 * 1024, factor: 10, margin: 4096 };
/** Tags that libtiff refuses a file for, were they no numbers; of some, only one. */
const SINGLE_NUMBERS = [
  TAG.width,
  TAG.height,
  TAG.samples,
  TAG.rows,
  TAG.planes,
  TAG.tileWidth,
  TAG.tileHeight,
];
const NUMBERS = [
  ...SINGLE_NUMBERS,
  TAG.bits,
  TAG.sampleFormat,
  TAG.extraSamples,
  TAG.byteCounts,
  TAG.tileByteCounts,
];

/** Strips or tiles of one plane, one beside and below the other. */
export interface Grid {
  readonly isTiled: boolean;
  readonly width: number;
  readonly rows: number;
  /** Rows that the file says it has, where the picture has fewer. */
  readonly rowsNamed: number;
  readonly across: number;
  readonly down: number;
}

/**
 * libtiff is stricter than Pillow, which has read the same directory.
 *
 * @throws {Error} where it would refuse the directory.
 */
export function assertReadable(directory: TiffDirectory): void {
  if (directory.isTwisted || !directory.isWhole || !directory.hasSoundHead) {
    throw new Error("Cannot read a directory that libtiff does not");
  }
  const hasOffsets = directory.count(TAG.offsets) > 0 || directory.count(TAG.tileOffsets) > 0;
  if (!hasOffsets) throw new Error("Cannot find where its strips are");
  if (!PLANES.includes(directory.value(TAG.planes))) {
    throw new Error("Cannot tell how its samples lie");
  }
  assertPalette(directory);
  const isSound = NUMBERS.every((tag) => !directory.isUnread(tag)) &&
    SINGLE_NUMBERS.every((tag) => directory.count(tag) <= 1);
  if (!isSound) throw new Error("Cannot read tags that libtiff needs");
}

/** libtiff wants a palette of just so many colours; what has 8 bits or more it reads without. */
function assertPalette(directory: TiffDirectory): void {
  const bits = directory.value(TAG.bits) ?? 1;
  if (directory.value(TAG.colour) !== PALETTE_COLOUR || bits >= 8) return;
  if (directory.count(TAG.palette) === 3 * 2 ** bits) return;
  throw new Error("Cannot read a palette that has another number of colours");
}

/**
 * How the page is cut up.
 *
 * @throws {Error} for strips or tiles without a size.
 */
export function gridOf({ directory, width, height }: TiffPage): Grid {
  const isTiled = directory.count(TAG.tileWidth) > 0 || directory.count(TAG.tileHeight) > 0;
  const given = isTiled ? number(directory, TAG.tileHeight) ?? 0 : number(directory, TAG.rows);
  const rowsTaken = given === undefined || !isTiled && given === 2 ** 32 - 1 ? height : given;
  const rows = isTiled ? rowsTaken : Math.min(rowsTaken, height);
  const partWidth = isTiled ? number(directory, TAG.tileWidth) ?? 0 : width;
  if (rows <= 0 || partWidth <= 0 || rowsTaken > INT_MAX || partWidth > INT_MAX) {
    throw new Error("Cannot read strips or tiles of such a size");
  }
  return {
    isTiled,
    width: partWidth,
    rows,
    rowsNamed: rowsTaken,
    across: Math.ceil(width / partWidth),
    down: Math.ceil(height / rows),
  };
}

/**
 * The packed bytes of a strip or tile, by its index, the planes one after the other; bits in the order of FillOrder 1.
 *
 * @throws {Refusal} `image_too_large` where they lie upon each other.
 * @throws {Error} from the function, for one that is not in the file.
 */
export function createStripFinder(
  bytes: Uint8Array,
  { directory, fillOrder }: TiffPage,
  { grid, bands, rowBytes }: {
    readonly grid: Grid;
    readonly bands: number;
    readonly rowBytes: number;
  },
): (index: number) => Uint8Array {
  const count = grid.across * grid.down * bands;
  const offsetTag = directory.count(TAG.tileOffsets) > 0 ? TAG.tileOffsets : TAG.offsets;
  const lengthTag = directory.count(TAG.tileByteCounts) > 0 ? TAG.tileByteCounts : TAG.byteCounts;
  const offsets = directory.values(offsetTag, count);
  const given = directory.values(lengthTag, count);
  const isOnly = grid.across * grid.down === 1;
  const mayGuess = (offset: number) =>
    isOnly && (given.length === 0 || offset !== 0 && !grid.isTiled);
  const guess = (offset: number) =>
    Math.min(Math.trunc(directory.freeBytes() / bands), bytes.length - offset);
  const most = Math.max(PACKED.free, rowBytes * grid.rows * PACKED.factor + PACKED.margin);
  const lengths = Array.from({ length: count }, (_, index) => {
    const length = given[index] ?? 0;
    const offset = offsets[index] ?? 0;
    return Math.min(length === 0 && mayGuess(offset) ? guess(offset) : length, most);
  });
  assertPackedBytes(lengths.reduce((sum, length) => sum + length, 0), bytes.length);
  return (index) => {
    const [offset, length] = [offsets[index] ?? 0, lengths[index] ?? 0];
    if (offset < 0 || length <= 0 || offset + length > bytes.length) {
      throw new Error("Cannot read all of a strip as the file ends");
    }
    const packed = bytes.subarray(offset, offset + length);
    return fillOrder === 2 ? reverseBits(packed) : packed;
  };
}
