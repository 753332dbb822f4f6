/** Bytes to pixels: the header is judged, then the decoder for the format runs. */
import { limitError } from "../errors.ts";
import { type ImageHeader, type ImageLimits, judgeImage, judgeScans } from "./image_header.ts";
import { applyOrientation } from "./orientation.ts";
import type { PixelImage } from "./pixels.ts";
import { decodeRaster, IMAGESCRIPT_VERSION } from "./raster_decoder.ts";
import { TURBOJPEG_VERSION, TurboJpegDecoder } from "./turbojpeg.ts";

/** Whether EXIF orientation is applied; open_clip does not. */
export type Orient = "none" | "exif";

/** What a decoder is made of. */
export interface ImageDecoderOptions {
  /** Path of libturbojpeg; without it JPEGs go through imagescript, which is not byte-exact. */
  readonly turboJpegPath: string | undefined;
  readonly limits: ImageLimits;
}

/** Pixels with the header they came from. */
export interface DecodedImage {
  readonly header: ImageHeader;
  /** Valid until the decoder's next call. */
  readonly pixels: PixelImage;
}

/** Names the JPEG decoder in the preprocess id and /info. */
export function jpegDecoderName(turboJpegPath: string | undefined): string {
  return turboJpegPath === undefined
    ? `imagescript ${IMAGESCRIPT_VERSION}`
    : `libturbojpeg ${TURBOJPEG_VERSION}`;
}

/** Decodes one image at a time; not to be shared between threads. */
export class ImageDecoder implements Disposable {
  readonly #limits: ImageLimits;
  readonly #turboJpeg: TurboJpegDecoder | undefined;

  constructor(options: ImageDecoderOptions) {
    this.#limits = options.limits;
    this.#turboJpeg = options.turboJpegPath === undefined
      ? undefined
      : new TurboJpegDecoder(options.turboJpegPath, options.limits);
  }

  /**
   * Judges and decodes.
   *
   * @throws {GatewayError} `invalid_body`, `unsupported_media_type`, `body_too_large`, `image_too_large`,
   * `invalid_image` or `unsupported_image`.
   */
  async decode(bytes: Uint8Array<ArrayBuffer>, orient: Orient): Promise<DecodedImage> {
    const header = judgeImage(bytes, this.#limits);
    if (header.jpeg !== undefined) judgeScans(bytes, header.jpeg, this.#limits);
    const pixels = header.jpeg !== undefined && this.#turboJpeg !== undefined
      ? this.#turboJpeg.decode(bytes, header.jpeg)
      : await decodeRaster(bytes);
    this.#assertPixels(pixels);
    const orientation = orient === "exif" ? header.jpeg?.orientation ?? 1 : 1;
    return { header, pixels: applyOrientation(pixels, orientation) };
  }

  [Symbol.dispose](): void {
    this.#turboJpeg?.[Symbol.dispose]();
  }

  /** A frame may be larger than the header that was judged says. */
  #assertPixels(pixels: PixelImage): void {
    const count = pixels.width * pixels.height;
    if (count <= this.#limits.pixelsMax) return;
    throw limitError("image_too_large", {
      action: "decode image",
      quantity: "its pixels",
      limit: this.#limits.pixelsMax,
      value: count,
    });
  }
}
