/** What one image may cost, and what it may where nobody says otherwise. */

/** Bounds of one image; all of them are included. */
export interface ImageLimits {
  /** Encoded bytes. */
  readonly bytesMax: number;
  /** Width × height. */
  readonly pixelsMax: number;
  /** Scans of a JPEG; a thousand empty ones cost seconds in 60 KB. */
  readonly scansMax: number;
}

/** Room for every camera original of 24 megapixels. */
export const DEFAULT_LIMITS: ImageLimits = {
  bytesMax: 8 * 1024 * 1024,
  pixelsMax: 25_000_000,
  scansMax: 100,
};

/** What fast decoding leaves of the shorter side, at least, in sizes of the model. */
export const DEFAULT_FAST_SCALE_MIN = 2;
