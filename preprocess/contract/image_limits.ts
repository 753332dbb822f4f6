/** What one image may cost, and what it may where nobody says otherwise. */
import type { CropSettings } from "./preprocess_spec.ts";

/** Bounds of one image; all of them are included. */
export interface ImageLimits {
  /** Encoded bytes. */
  readonly bytesMax: number;
  /** Width × height. */
  readonly pixelsMax: number;
  /** Scans of a JPEG; a thousand empty ones cost seconds in 60 KB. */
  readonly scansMax: number;
  /** Milliseconds of one thread that decoding may take, as reckoned from the head. */
  readonly decodeMsMax: number;
  /** Bytes of memory that decoding may hold, as reckoned from the head. */
  readonly decodeBytesMax: number;
  /** How many times as long as libturbojpeg the JPEG decoder takes: 1 unless given. */
  readonly jpegTimeFactor?: number;
  /** What pixels become, as resizing has a price, too: a square of 224 pixels out of their middle unless given. */
  readonly crop?: Pick<CropSettings, "size" | "resize_mode" | "pillow">;
}

/**
 * Room for every camera original of 24 megapixels: a progressive one in 4:4:4 takes some 600 ms and 225 MB. A hundred
 * arithmetic-coded scans of as many pixels, which 6 kB can hold, take 8 s.
 */
export const DEFAULT_LIMITS: ImageLimits = {
  bytesMax: 8 * 1024 * 1024,
  pixelsMax: 25_000_000,
  scansMax: 100,
  decodeMsMax: 2500,
  decodeBytesMax: 512 * 1024 * 1024,
};

/** What fast decoding leaves of the side that becomes the model's size, at least, in such sizes. */
export const DEFAULT_FAST_SCALE_MIN = 2;
