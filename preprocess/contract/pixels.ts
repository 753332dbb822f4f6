/** Where a picture lies in its pixels, in pixels and parts of them. */
export interface PixelExtent {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A rectangle of whole pixels. */
export interface PixelRegion {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Decoded pixels: u8, row-major, interleaved (HWC), no padding between rows. */
export interface PixelImage {
  readonly width: number;
  readonly height: number;
  /** 1 gray, 3 RGB, 4 CMYK as Pillow holds it (0 = no ink). */
  readonly channels: 1 | 3 | 4;
  /** What the pixels show where scaling rounded their number up; all of them unless given. */
  readonly extent?: PixelExtent;
  /** The only pixels that `data` has, where others were not decoded since nobody looks at them; all unless given. */
  readonly held?: PixelRegion;
  /** At least height × width × channels bytes of what is held; owned by the decoder, valid until its next call. */
  readonly data: Uint8Array;
}

/** Size of decoded pixels, and what they show. */
export type ImageShape = Omit<PixelImage, "data">;

/** Gives memory for the pixels of one image, height × width × channels bytes of what is held. */
export type AllocatePixels = (shape: ImageShape) => Uint8Array<ArrayBuffer>;

/** The pixels that `data` has: each row of it is so wide, and its first byte is the upper left one's. */
export function heldRegion(
  { width, height, held }: Pick<ImageShape, "width" | "height" | "held">,
): PixelRegion {
  return held ?? { x: 0, y: 0, width, height };
}
