/** Where a picture lies in its pixels, in pixels and parts of them. */
export interface PixelExtent {
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
  /** At least height × width × channels bytes; owned by the decoder, valid until its next call. */
  readonly data: Uint8Array;
}

/** Size of decoded pixels, and what they show. */
export type ImageShape = Omit<PixelImage, "data">;

/** Gives memory for the pixels of one image, height × width × channels bytes. */
export type AllocatePixels = (shape: ImageShape) => Uint8Array<ArrayBuffer>;
