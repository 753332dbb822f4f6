/** What the heads of images other than JPEGs say, each read by a file of its own. */
import { Refusal } from "../contract/refusal.ts";
import type { AcceptedFormat } from "./format.ts";
import { readBmpHeader } from "./bmp_header.ts";
import { readGifHeader } from "./gif_header.ts";
import { readPngHeader } from "./png_header.ts";
import type { RasterHeader } from "./raster_header.ts";
import { readTiffHeader } from "./tiff_header.ts";
import { readWebpHeader } from "./webp_header.ts";

/** Formats that are told by `rasterHeader()`. */
export type RasterFormat = Exclude<AcceptedFormat, "jpeg">;

/** By format; they throw a `RangeError` when the head ends before width and height. */
const READERS: Readonly<Record<RasterFormat, (bytes: Uint8Array) => RasterHeader>> = {
  png: readPngHeader,
  gif: readGifHeader,
  bmp: readBmpHeader,
  tiff: readTiffHeader,
  webp: readWebpHeader,
};

/**
 * Reads the head of an image.
 *
 * @throws {Refusal} `invalid_image` when it is damaged or ends early.
 */
export function rasterHeader(bytes: Uint8Array, format: RasterFormat): RasterHeader {
  try {
    return READERS[format](bytes);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new Refusal(
      "invalid_image",
      `Cannot decode image: the ${format.toUpperCase()} header ends early`,
      { cause },
    );
  }
}
