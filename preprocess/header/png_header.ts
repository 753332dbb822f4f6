/** The head of a PNG: IHDR says its size, and chunks before or behind the pixels how it is to be turned. */
import { metadataOrientation } from "./metadata_orientation.ts";
import { pngChunks, type PngFields, pngPixelBits, readPngFields } from "./png_chunks.ts";
import { PngMetadata } from "./png_metadata.ts";
import type { RasterHeader } from "./raster_header.ts";

/**
 * As Pillow, takes the last IHDR before the pixels, does not mind what stands before it, and looks for metadata up to
 * the end or the second frame of an animation.
 *
 * @throws {RangeError} when there is no IHDR.
 * @throws {Refusal} `unsupported_image` for too many chunks.
 */
export function readPngHeader(bytes: Uint8Array): RasterHeader {
  let fields: PngFields | undefined;
  let pixelBits: number | undefined;
  let hasPixels = false;
  let isAnimated = false;
  const metadata = new PngMetadata();
  for (const chunk of pngChunks(bytes)) {
    const { type, start, length } = chunk;
    if (type === "IEND" || (type === "fcTL" && hasPixels && isAnimated)) break;
    if (type === "IHDR" && !hasPixels) {
      fields = readPngFields(bytes, chunk);
      pixelBits = pngPixelBits(fields) ?? pixelBits;
    }
    isAnimated ||= type === "acTL" && !hasPixels;
    hasPixels ||= pixelBits !== undefined && (type === "IDAT" || type === "fdAT");
    metadata.add(type, bytes.subarray(start, start + length));
  }
  if (fields === undefined) throw new RangeError("Cannot find IHDR");
  const { width, height } = fields;
  return {
    width,
    height,
    // A kind that does not exist is left to the decoder to refuse.
    sampleBytes: (pixelBits ?? 8) / 8,
    orientation: metadataOrientation(metadata.facts()),
  };
}
