/** Judges an image by its header, before any pixel is decoded. */
import { limitRefusal, Refusal } from "../contract/refusal.ts";
import type { ImageLimits } from "../contract/image_limits.ts";
import {
  ACCEPTED_FORMATS,
  type AcceptedFormat,
  type ImageFormat,
  isAcceptedFormat,
  sniffFormat,
} from "./format.ts";
import { countJpegScans, isProgressive, type JpegHeader, parseJpegHeader } from "./jpeg_header.ts";
import { rasterHeader } from "./raster_headers.ts";

/** A header that was judged acceptable; plain data, which travels to workers. */
export interface ImageHeader {
  readonly format: AcceptedFormat;
  readonly width: number;
  readonly height: number;
  /** From where the picture is to be turned upright for `orient=exif`, 1 to 8 (EXIF's numbers). */
  readonly orientation: number;
  /** Bytes a pixel of the unpacked samples; absent for JPEGs. */
  readonly sampleBytes?: number;
  /** Bytes a pixel that decoding holds at once, beside the file; where the format alone does not tell. */
  readonly heldBytes?: number;
  /** Strips or tiles, where there may be several. */
  readonly parts?: number;
  /** Present for JPEGs. */
  readonly jpeg?: JpegHeader;
}

/** An encoded image with its header, which was judged. */
export interface JudgedImage {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly header: ImageHeader;
}

/** SOF types that libjpeg-turbo decodes: baseline, extended, progressive, lossless, arithmetic, the last two in one. */
const JPEG_FRAME_TYPES = [0, 1, 2, 3, 9, 10];

/**
 * Reads and judges the header.
 *
 * @throws {Refusal} `invalid_body` (empty), `unsupported_media_type`, `body_too_large`, `image_too_large`,
 * `invalid_image` or `unsupported_image`.
 */
export function judgeImage(bytes: Uint8Array, limits: ImageLimits): ImageHeader {
  if (bytes.length === 0) {
    throw new Refusal("invalid_body", "Cannot decode image: it is empty");
  }
  if (bytes.length > limits.bytesMax) {
    throw limitRefusal("body_too_large", {
      quantity: "its bytes",
      limit: limits.bytesMax,
      value: bytes.length,
    });
  }
  const format = sniffFormat(bytes);
  if (!isAcceptedFormat(format)) throw unsupportedFormat(format);
  const header = format === "jpeg"
    ? jpegHeader(bytes)
    : { format, orientation: 1, ...rasterHeader(bytes, format) };
  assertSize(header, limits);
  return header;
}

/** What is known of a file's scans once they were judged. */
export interface JudgedScans {
  /** Scans, and components that they have in sum. */
  readonly count: number;
  readonly components: number;
  /** Whether the end of the last scan is marked; a file of one scan may do without. */
  readonly isEnded: boolean;
  /**
   * Whether one scan of all components, with nothing but data and restart markers in it, goes up to the end of the
   * image: no damage to it keeps libjpeg from giving pixels.
   */
  readonly isPlain: boolean;
}

/**
 * Judges what takes a pass over the whole file: the number of scans, and whether the file may be whole.
 *
 * @throws {Refusal} `image_too_large` (scans) or `invalid_image` (truncated).
 */
export function judgeScans(
  bytes: Uint8Array,
  jpeg: JpegHeader,
  limits: ImageLimits,
): JudgedScans {
  const scans = countJpegScans(bytes, jpeg.firstScanOffset, limits.scansMax);
  if (scans.count > limits.scansMax) {
    throw limitRefusal("image_too_large", {
      quantity: "its scans",
      limit: limits.scansMax,
    });
  }
  const hasOneScan = !isProgressive(jpeg) && jpeg.firstScanComponents === jpeg.components;
  if (!scans.hasEndOfImage && !hasOneScan) throw truncatedJpeg();
  const isSolid = scans.count === 1 && !scans.hasSegmentAfterScan && !scans.hasStrayMarker;
  return {
    count: scans.count,
    components: scans.components,
    isEnded: scans.hasEndOfImage || scans.hasSegmentAfterScan,
    isPlain: hasOneScan && isSolid && scans.hasEndOfImage,
  };
}

/** The error for a file that ends before its image does. */
export function truncatedJpeg(): Refusal {
  return new Refusal("invalid_image", "Cannot decode image: the JPEG is truncated");
}

function jpegHeader(bytes: Uint8Array): ImageHeader {
  const jpeg = parseJpegHeader(bytes);
  if (jpeg.precision !== 8) throw unsupported(`${jpeg.precision}-bit samples`);
  if (![1, 3, 4].includes(jpeg.components)) throw unsupported(`${jpeg.components} components`);
  if (!JPEG_FRAME_TYPES.includes(jpeg.frameType)) {
    throw unsupported(`coding SOF${jpeg.frameType}`);
  }
  const { width, height, orientation } = jpeg;
  return { format: "jpeg", width, height, orientation, jpeg };
}

function assertSize(header: ImageHeader, limits: ImageLimits): void {
  if (header.width === 0 || header.height === 0) {
    throw new Refusal("invalid_image", "Cannot decode image: its width or height is 0");
  }
  const pixels = header.width * header.height;
  if (pixels > limits.pixelsMax) {
    throw limitRefusal("image_too_large", {
      quantity: "its pixels",
      limit: limits.pixelsMax,
      value: pixels,
    });
  }
}

function unsupportedFormat(format: ImageFormat | undefined): Refusal {
  const found = format === undefined
    ? "no image that is known"
    : `${format.toUpperCase()}, which has to become JPEG first`;
  const accepted = ACCEPTED_FORMATS.map((name) => name.toUpperCase()).join(", ");
  return new Refusal(
    "unsupported_media_type",
    `Cannot decode image as its bytes must be one of ${accepted}: they are ${found}`,
  );
}

function unsupported(what: string): Refusal {
  return new Refusal(
    "unsupported_image",
    `Cannot decode image: JPEGs of ${what} are not supported`,
  );
}
