/** The head of a TIFF: sizes of its first directory's page (TIFF 6.0, section 8). */
import { metadataOrientation } from "./metadata_orientation.ts";
import type { RasterHeader } from "./raster_header.ts";
import { TiffDirectory } from "./tiff_directory.ts";

const TAG = {
  width: 256,
  height: 257,
  bits: 258,
  compression: 259,
  offsets: 273,
  orientation: 274,
  samples: 277,
  tileOffsets: 324,
  sampleFormat: 339,
  xmp: 700,
};
/** Orientations whose rows are columns. */
const SWAPPED = { first: 5, last: 8 };
const JPEG = 7;
/** CCITT 1D, Group 3 and Group 4, of which two rows' changes of colour are held, of 4 bytes each. */
const FAXES = [2, 3, 4];
const FAX_ROW_BYTES = 2 * 4;
const UNSIGNED = 1;

/**
 * As Pillow's `size`: of the picture as it is when it was turned upright.
 *
 * @throws {RangeError} when the directory ends early.
 * @throws {Refusal} `unsupported_image` for big-endian BigTIFFs.
 */
export function readTiffHeader(bytes: Uint8Array): RasterHeader {
  const directory = new TiffDirectory(bytes);
  const value = (tag: number) => Math.max(0, directory.value(tag) ?? 0);
  const [width, height] = [value(TAG.width), value(TAG.height)];
  const orientation = value(TAG.orientation);
  const isSwapped = orientation >= SWAPPED.first && orientation <= SWAPPED.last;
  return {
    ...isSwapped ? { width: height, height: width } : { width, height },
    sampleBytes: (value(TAG.bits) || 1) * (value(TAG.samples) || 1) / 8,
    heldBytes: heldBytes(directory) +
      (FAXES.includes(value(TAG.compression)) ? FAX_ROW_BYTES / (height || 1) : 0),
    parts: Math.max(directory.count(TAG.offsets), directory.count(TAG.tileOffsets)),
  };
}

/** The pixels, twice where they are turned, and once more for a strip that may be a JPEG of all of them. */
function heldBytes(directory: TiffDirectory): number {
  const samples = directory.value(TAG.samples) || 1;
  const copies = (tiffOrientation(directory) === 1 ? 1 : 2) +
    (directory.value(TAG.compression) === JPEG ? 1 : 0);
  if (samples > 1) return (samples === 3 ? 3 : 4) * copies;
  const bits = directory.value(TAG.bits) || 1;
  const isSigned = (directory.value(TAG.sampleFormat) ?? UNSIGNED) !== UNSIGNED;
  return (bits <= 8 ? 1 : bits <= 16 && !isSigned ? 2 : 4) * copies;
}

/** How the picture is to be turned, 1 to 8: as its tag says or, without one, its XMP. */
export function tiffOrientation(directory: TiffDirectory): number {
  if (directory.count(TAG.orientation) > 0) return directory.value(TAG.orientation) ?? 1;
  return metadataOrientation({ xmp: directory.raw(TAG.xmp) });
}
