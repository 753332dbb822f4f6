/** Bytes to pixels, by the decoder for the format. */
import type { ImageOptions } from "../contract/image_options.ts";
import type { ImageLimits } from "../contract/image_limits.ts";
import { limitRefusal } from "../contract/refusal.ts";
import { scaleDenominator, scaledShape, type ScaledSide } from "../header/jpeg_scale.ts";
import { judgeCost } from "../header/image_cost.ts";
import { type JudgedImage, judgeScans } from "../header/image_header.ts";
import type { JpegHeader } from "../header/jpeg_header.ts";
import type { PixelMemory } from "../kernel/pixel_memory.ts";
import { createScaledJpegDecoder, type ScaledJpegDecoder } from "../scaled_jpeg/scaled_jpeg.ts";
import type { DecodeJpeg } from "./tiff/tiff_jpeg.ts";
import { applyOrientation } from "./orientation.ts";
import type { PixelImage } from "../contract/pixels.ts";
import { decodedRegion } from "./jpeg/decoded_region.ts";
import type { JpegDecoder } from "./jpeg/jpeg_decoder.ts";
import { createJpegDecoder } from "./jpeg/jpeg_decoders.ts";
import type { CallNative } from "./jpeg/turbojpeg.ts";
import { decodeRaster } from "./raster_decoder.ts";
import { assertWithinChunk, decodeUnended } from "./jpeg/unended_jpeg.ts";

/** What a decoder is made of. */
export interface ImageDecoderOptions {
  /** Path of libturbojpeg; without it JPEGs go through the portable decoder. */
  readonly turboJpegPath: string | undefined;
  readonly limits: ImageLimits;
  /** Pixels that fast decoding leaves of a side, at least. */
  readonly fastSideMin: number;
  /** Which side: the shorter one unless given. */
  readonly fastSide?: ScaledSide["side"];
}

/** Decodes one image at a time; not to be shared between threads. */
export class ImageDecoder implements Disposable {
  readonly #limits: ImageLimits;
  readonly #fastSide: ScaledSide;
  readonly #memory: PixelMemory | undefined;
  readonly #jpeg: JpegDecoder;
  readonly #scaledJpeg: ScaledJpegDecoder | undefined;
  /** A TIFF's strip that is a JPEG. */
  readonly #decodeStrip: DecodeJpeg;

  /** @param memory Where pixels are to lie, and which of them: the heap, and all, unless given. */
  constructor(options: ImageDecoderOptions, memory?: PixelMemory, callNative?: CallNative) {
    this.#limits = options.limits;
    this.#fastSide = { side: options.fastSide ?? "shorter", min: options.fastSideMin };
    this.#memory = memory;
    this.#jpeg = createJpegDecoder({
      ...options,
      allocate: memory && ((shape) => memory.input(shape)),
      callNative,
    });
    this.#decodeStrip = (bytes, header) => this.#jpeg.decode(bytes, header);
    this.#scaledJpeg = memory && createScaledJpegDecoder(memory);
  }

  /**
   * Decodes an image whose header was judged.
   *
   * @returns Pixels that are valid until the next call.
   * @throws {Refusal} `image_too_large`, `invalid_image` or `unsupported_image`.
   */
  async decode(image: JudgedImage, options: ImageOptions): Promise<PixelImage> {
    const decoded = this.decodeNow(image, options);
    if (decoded !== undefined) return decoded;
    judgeCost(image, this.#limits);
    const { bytes, header: { format } } = image;
    if (format === "jpeg") throw new RangeError("Cannot decode JPEG without its header");
    const pixels = await decodeRaster(bytes, format, this.#decodeStrip);
    return this.#upright(pixels, image, options);
  }

  /**
   * Decodes a JPEG whose header was judged, without a promise.
   *
   * @returns Pixels that are valid until the next call; `undefined` when only `decode()` can: the image is no JPEG.
   * @throws {Refusal} `image_too_large`, `invalid_image` or `unsupported_image`.
   */
  decodeNow(image: JudgedImage, options: ImageOptions): PixelImage | undefined {
    const { bytes, header: { jpeg } } = image;
    if (jpeg === undefined) return undefined;
    const asked = options.decode === "fast" ? scaleDenominator(jpeg, this.#fastSide) : 1;
    // Everything damaged is left to libjpeg. What comes of this had one scan, and its end was there: nothing is left to judge.
    const scaled = asked === 1 ? undefined : this.#scaledJpeg?.(bytes, asked);
    if (scaled !== undefined) return this.#upright(scaled, image, options);
    const denominator = this.#jpeg.canScale ? asked : 1;
    const scans = judgeScans(bytes, jpeg, this.#limits);
    judgeCost(image, this.#limits, scans);
    const { isEnded, isPlain } = scans;
    const isUpright = orientation(image, options) === 1;
    const part = isPlain && isUpright && denominator === 1 && this.#decodeWindow(bytes, jpeg);
    if (part) return part;
    const decode = (file: Uint8Array<ArrayBuffer>) => this.#jpeg.decode(file, jpeg, denominator);
    assertWithinChunk(bytes, jpeg, decode);
    const pixels = isEnded ? decode(bytes) : decodeUnended(bytes, jpeg, decode);
    return this.#upright(pixels, image, options);
  }

  [Symbol.dispose](): void {
    this.#jpeg[Symbol.dispose]();
  }

  /** What will be looked at of an undamaged JPEG; `undefined` where all of it has to be decoded. */
  #decodeWindow(bytes: Uint8Array<ArrayBuffer>, jpeg: JpegHeader): PixelImage | undefined {
    const window = this.#memory?.window(scaledShape(jpeg, 1));
    const region = window && decodedRegion(jpeg, window);
    return region && this.#jpeg.decodeRegion?.(bytes, jpeg, region);
  }

  #upright(pixels: PixelImage, image: JudgedImage, options: ImageOptions): PixelImage {
    this.#assertPixels(pixels);
    return applyOrientation(pixels, orientation(image, options));
  }

  /** A frame may be larger than the header that was judged says. */
  #assertPixels(pixels: PixelImage): void {
    const count = pixels.width * pixels.height;
    if (count <= this.#limits.pixelsMax) return;
    throw limitRefusal("image_too_large", {
      quantity: "its pixels",
      limit: this.#limits.pixelsMax,
      value: count,
    });
  }
}

/** The orientation that pixels are to be turned from. */
function orientation({ header }: JudgedImage, { orient }: ImageOptions): number {
  return orient === "exif" ? header.orientation : 1;
}
