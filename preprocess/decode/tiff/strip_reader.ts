/** What all ways of packing a TIFF's strips have in common. */
import type { PixelMode } from "../../contract/pixels.ts";

/** Unpacks one strip or tile, piece by piece. */
export interface StripReader {
  /**
   * Fills `out` with what comes next.
   *
   * @throws {Error} when the strip is damaged, or has not so much left.
   */
  read(out: Uint8Array): void;
  /** Lets go of what is not the collector's. */
  close?(): void;
}

/** Begins to unpack a strip or tile, of so many rows. */
export type OpenStrip = (packed: Uint8Array, shape: StripShape) => StripReader;

/** Of a strip or tile, in pixels. */
export interface StripShape {
  readonly width: number;
  readonly rows: number;
  /** Rows of a strip that is not cut off where the picture ends. */
  readonly rowsWhole: number;
  /** Whether it is a strip below which the picture has nothing. */
  readonly isLast: boolean;
}

/** How a compression is undone. */
export interface Codec {
  readonly open: OpenStrip;
  /** Whether the predictor's tag counts. */
  readonly isPredicted: boolean;
}

/** Where a picture's pixels go. */
export interface PixelTarget {
  readonly mode: PixelMode;
  /** The picture's, all zeros. */
  readonly data: Uint8Array;
}
