/** Bytes of an image to the model's input: the code that /embed and `deno task preprocess` share. */
import type { ImageLimits } from "./contract/image_limits.ts";
import type { ImageOptions } from "./contract/image_options.ts";
import type { PixelImage } from "./contract/pixels.ts";
import type { CropSettings, InputDatatype } from "./contract/preprocess_spec.ts";
import { ImageDecoder } from "./decode/image_decoder.ts";
import type { CallNative } from "./decode/jpeg/turbojpeg.ts";
import { type ImageHeader, type JudgedImage, judgeImage } from "./header/image_header.ts";
import { ResizeKernel } from "./kernel/simd_resize.ts";
import { cropGeometry } from "./resize/geometry.ts";
import type { PreprocessorSettings } from "./preprocessor_settings.ts";

/** What is known of a photo, and where the time went. */
export interface PreprocessedPhoto {
  /** Size of the photo before any scaling or orientation. */
  readonly width: number;
  readonly height: number;
  readonly format: string;
  readonly decodeMs: number;
  readonly resizeMs: number;
}

/** The crop the model will see. */
export interface PreprocessedImage extends PreprocessedPhoto {
  /** u8 [size, size, 3] (HWC, RGB). */
  readonly crop: Uint8Array<ArrayBuffer>;
}

/** What the model reads. */
export interface ModelInput extends PreprocessedPhoto {
  /** Bytes of the kernel's own memory, valid until the preprocessor's next call. */
  readonly data: Uint8Array<ArrayBuffer>;
  readonly normalizeMs: number;
}

/** Formats whose pixels lie on the heap, each image's in an array of its own. */
const HEAP_FORMATS: ReadonlySet<string> = new Set(["png", "gif", "bmp", "tiff", "webp"]);

/** What decoded pixels are to become, and of what. */
interface InputJob {
  readonly header: ImageHeader;
  readonly datatype: InputDatatype;
  /** When decoding began, as `performance.now()` tells it. */
  readonly started: number;
}

/** Decodes, resizes, crops and normalises; one image at a time. */
export class Preprocessor implements Disposable {
  readonly #decoder: ImageDecoder;
  readonly #kernel: ResizeKernel;
  readonly #limits: ImageLimits;
  readonly #crop: CropSettings;

  /** @param callNative Makes a decoder's long native call; at once unless given. */
  constructor(settings: PreprocessorSettings, callNative?: CallNative) {
    const kernel = new ResizeKernel(settings.preprocess);
    this.#kernel = kernel;
    this.#limits = settings.limits;
    this.#crop = settings.preprocess;
    this.#decoder = new ImageDecoder(settings, kernel, callNative);
  }

  /**
   * Judges an encoded image and turns it into its crop, a copy.
   *
   * @throws {Refusal} as `judgeImage()` and `input()`.
   */
  async preprocess(
    bytes: Uint8Array<ArrayBuffer>,
    options: ImageOptions,
  ): Promise<PreprocessedImage> {
    const image = { bytes, header: judgeImage(bytes, this.#limits) };
    const { data, normalizeMs: _, ...photo } = await this.input(image, options, "UINT8");
    return { ...photo, crop: data.slice() };
  }

  /**
   * Turns an image whose header was judged into the model's input, and leaves it where it was made.
   *
   * @throws {Refusal} as `cropGeometry()` and `ImageDecoder.decode()`.
   */
  async input(
    image: JudgedImage,
    options: ImageOptions,
    datatype: InputDatatype,
  ): Promise<ModelInput> {
    const started = performance.now();
    this.#assertCrop(image.header);
    const { header } = image;
    const pixels = await this.#decoder.decode(image, options);
    try {
      return this.#input(pixels, { header, datatype, started });
    } finally {
      if (HEAP_FORMATS.has(header.format)) release(pixels);
    }
  }

  /**
   * As `input()`, without a promise, for a JPEG.
   *
   * @returns `undefined` when only `input()` can; see `ImageDecoder.decodeNow()`.
   * @throws {Refusal} as `cropGeometry()` and `ImageDecoder.decodeNow()`.
   */
  inputNow(
    image: JudgedImage,
    options: ImageOptions,
    datatype: InputDatatype,
  ): ModelInput | undefined {
    const started = performance.now();
    this.#assertCrop(image.header);
    const pixels = this.#decoder.decodeNow(image, options);
    return pixels && this.#input(pixels, { header: image.header, datatype, started });
  }

  /** Normalises a crop into a fresh f32 [3, size, size] (NCHW). */
  normalize(crop: Uint8Array): Float32Array<ArrayBuffer> {
    return this.#kernel.normalize(crop).slice();
  }

  [Symbol.dispose](): void {
    this.#decoder[Symbol.dispose]();
  }

  /** Refuses what has no crop before it is decoded. */
  #assertCrop({ width, height }: ImageHeader): void {
    cropGeometry(width, height, this.#crop);
  }

  /** Awaits nothing: the kernel's memory is the next image's as soon as there is one. */
  #input(pixels: PixelImage, { header, datatype, started }: InputJob): ModelInput {
    const decoded = performance.now();
    const crop = this.#kernel.crop(pixels);
    const resized = performance.now();
    const data = datatype === "UINT8" ? crop : bytesOf(this.#kernel.normalize(crop));
    const { width, height, format } = header;
    return {
      data,
      width,
      height,
      format,
      decodeMs: decoded - started,
      resizeMs: resized - decoded,
      normalizeMs: performance.now() - resized,
    };
  }
}

/** The collector does not hurry for what lies outside its heap: two pictures of 25 megapixels would hold four times theirs. */
function release({ data }: PixelImage): void {
  (data.buffer as ArrayBuffer).transfer(0);
}

function bytesOf(values: Float32Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
