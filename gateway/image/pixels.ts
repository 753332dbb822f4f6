/** Decoded pixels: u8, row-major, interleaved (HWC), no padding between rows. */
export interface PixelImage {
  readonly width: number;
  readonly height: number;
  /** 1 gray, 3 RGB, 4 CMYK as Pillow holds it (0 = no ink). */
  readonly channels: 1 | 3 | 4;
  /** At least height × width × channels bytes; owned by the decoder, valid until its next call. */
  readonly data: Uint8Array;
}

/** Size of decoded pixels. */
export type ImageShape = Pick<PixelImage, "width" | "height" | "channels">;

/** Gives memory for the pixels of one image, height × width × channels bytes. */
export type AllocatePixels = (shape: ImageShape) => Uint8Array<ArrayBuffer>;
