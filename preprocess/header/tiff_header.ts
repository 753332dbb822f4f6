/** The head of a TIFF: sizes of its first directory's page (TIFF 6.0, section 8). */
import type { RasterHeader } from "./raster_header.ts";
import { TiffDirectory } from "./tiff_directory.ts";

const TAG = { width: 256, height: 257, bits: 258, samples: 277 };

/** @throws {RangeError} when the directory ends early. */
export function readTiffHeader(bytes: Uint8Array): RasterHeader {
  const directory = new TiffDirectory(bytes);
  const value = (tag: number) => directory.value(tag);
  return {
    width: value(TAG.width) ?? 0,
    height: value(TAG.height) ?? 0,
    sampleBytes: (value(TAG.bits) || 1) * (value(TAG.samples) || 1) / 8,
  };
}
