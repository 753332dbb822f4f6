/** What turns a judged JPEG into pixels; libturbojpeg and its WebAssembly build are the two there are. */
import type { PixelImage, PixelRegion } from "../../contract/pixels.ts";
import type { JpegHeader } from "../../header/jpeg_header.ts";
import type { ScaleDenominator } from "../../header/jpeg_scale.ts";

/** Decoded pixels, and the first warning about them. */
export interface JpegImage extends PixelImage {
  readonly warning: string | undefined;
}

/** Decodes one JPEG at a time, with islow DCT and fancy upsampling: Pillow's settings. */
export interface JpegDecoder extends Disposable {
  /** Whether sides can be divided: who cannot is asked for 1 only. */
  readonly canScale: boolean;

  /**
   * Decodes a JPEG whose header was judged.
   *
   * @param denominator What the sides of the pixels are divided by, rounded up; of lossless JPEGs 1.
   * @returns Pixels that are valid until the next call, and the first warning about damaged data.
   * @throws {Refusal} `invalid_image`, whose cause is the library's message where there is one, or `unsupported_image`.
   */
  decode(
    bytes: Uint8Array<ArrayBuffer>,
    header: JpegHeader,
    denominator?: ScaleDenominator,
  ): JpegImage;

  /**
   * Decodes part of an undamaged JPEG whose header was judged; left out by who would decode all of it anyway.
   *
   * @param region Begins at an MCU's corner. Pixels near its edges may differ from those of `decode()`, since chroma is
   * interpolated across MCUs.
   * @returns `undefined` where the library has anything to say, and so for all damage that it saw: only `decode()` can
   * tell what is to become of such a file.
   */
  decodeRegion?(
    bytes: Uint8Array<ArrayBuffer>,
    header: JpegHeader,
    region: PixelRegion,
  ): PixelImage | undefined;
}
