/** Decoded pixels, as Pillow would hold them: what decoders give and resizing takes. */

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

/**
 * Bytes a pixel by mode, in Pillow's words: L is gray, P an index into a palette, CMYK as Pillow holds it (0 = no ink),
 * RGBA with the alpha apart (not multiplied). Of one sample in the machine's byte order are I;16 (u16), I (i32) and F
 * (f32). Pillow's mode 1 is a P of black and white, its LA an RGBA. PA has lost its alpha, and is no P: where Pillow
 * resizes it, nothing of its palette is left. I;16B is an I;16 in big-endian order, which Pillow forgets when it resizes.
 */
const PIXEL_BYTES = {
  L: 1,
  P: 1,
  PA: 1,
  RGB: 3,
  YCbCr: 3,
  RGBA: 4,
  CMYK: 4,
  "I;16": 2,
  "I;16B": 2,
  I: 4,
  F: 4,
} as const;

/** What a pixel is; decides how it is resized and how it becomes RGB. */
export type PixelMode = keyof typeof PIXEL_BYTES;

/** Decoded pixels: row-major, interleaved (HWC), no padding between rows. */
export interface PixelImage {
  readonly width: number;
  readonly height: number;
  readonly mode: PixelMode;
  /** Of modes P and PA: u8 [256, 3], red, green and blue of each index. */
  readonly palette?: Uint8Array;
  /** What the pixels show where scaling rounded their number up; all of them unless given. */
  readonly extent?: PixelExtent;
  /** The only pixels that `data` has, where others were not decoded since nobody looks at them; all unless given. */
  readonly held?: PixelRegion;
  /** At least height × width × `pixelBytes` bytes of what is held; owned by the decoder, valid until its next call. */
  readonly data: Uint8Array;
}

/** Size of decoded pixels, and what they show. */
export type ImageShape = Omit<PixelImage, "data" | "palette">;

/** Gives memory for the pixels of one image, height × width × `pixelBytes` bytes of what is held. */
export type AllocatePixels = (shape: ImageShape) => Uint8Array<ArrayBuffer>;

/** Bytes from a pixel to its neighbour; of u8 samples the number of channels. */
export function pixelBytes({ mode }: Pick<ImageShape, "mode">): number {
  return PIXEL_BYTES[mode];
}

/** The pixels that `data` has: each row of it is so wide, and its first byte is the upper left one's. */
export function heldRegion(
  { width, height, held }: Pick<ImageShape, "width" | "height" | "held">,
): PixelRegion {
  return held ?? { x: 0, y: 0, width, height };
}
