/** The head of a WebP: its canvas, and what its EXIF and XMP chunks say. */
import { Refusal } from "../contract/refusal.ts";
import { metadataOrientation } from "./metadata_orientation.ts";
import type { RasterHeader } from "./raster_header.ts";
import { readWebpContainer } from "./webp_container.ts";
import { type WebpChunk, WebpError } from "./riff_file.ts";

/** RGBA, whatever the file holds. */
const SAMPLE_BYTES = 4;

/** @throws {Refusal} `invalid_image` when the file is damaged or ends early. */
export function readWebpHeader(bytes: Uint8Array): RasterHeader {
  try {
    const { width, height, exif, xmp } = readWebpContainer(bytes);
    const orientation = metadataOrientation({
      exif: payload(bytes, exif),
      xmp: payload(bytes, xmp),
    });
    return { width, height, sampleBytes: SAMPLE_BYTES, orientation };
  } catch (cause) {
    if (!(cause instanceof WebpError)) throw cause;
    throw new Refusal("invalid_image", "Cannot decode image: the WebP is damaged", { cause });
  }
}

function payload(bytes: Uint8Array, chunk: WebpChunk | undefined): Uint8Array | undefined {
  return chunk && bytes.subarray(chunk.offset, chunk.offset + chunk.length);
}
