/** Bytes of an image to the model's input: the code that /embed and `deno task preprocess` share. */
import type { PreprocessSpec } from "../../model/manifest.ts";
import { PosixShm } from "../../triton/posix_shm.ts";
import type { SlotAddress } from "../engine/engine.ts";
import { ImageDecoder, type ImageDecoderOptions, type Orient } from "./image_decoder.ts";
import { createNormalizer } from "./normalize.ts";
import { rgbCrop } from "./rgb_crop.ts";

/** What a preprocessor is made of; a plain object, since it travels to the workers. */
export interface PreprocessorSettings extends ImageDecoderOptions {
  readonly preprocess: PreprocessSpec;
}

/** The crop the model will see, and where the time went. */
export interface PreprocessedImage {
  /** u8 [size, size, 3] (HWC, RGB). */
  readonly crop: Uint8Array<ArrayBuffer>;
  /** Size of the photo before any orientation was applied. */
  readonly width: number;
  readonly height: number;
  readonly format: string;
  readonly decodeMs: number;
  readonly resizeMs: number;
}

/** Decodes, resizes, crops and normalises; one image at a time. */
export class Preprocessor implements Disposable {
  readonly #decoder: ImageDecoder;
  readonly #settings: PreprocessorSettings;
  #shm: PosixShm | undefined;
  #scratch = new Float32Array(0);
  readonly #normalize: (crop: Uint8Array, target: Float32Array) => void;

  constructor(settings: PreprocessorSettings) {
    this.#decoder = new ImageDecoder(settings);
    this.#settings = settings;
    this.#normalize = createNormalizer(settings.preprocess);
  }

  /**
   * Turns an encoded image into its crop.
   *
   * @throws {GatewayError} as `ImageDecoder.decode`.
   */
  async preprocess(bytes: Uint8Array<ArrayBuffer>, orient: Orient): Promise<PreprocessedImage> {
    const started = performance.now();
    const { header, pixels } = await this.#decoder.decode(bytes, orient);
    const decoded = performance.now();
    const crop = rgbCrop(pixels, this.#settings.preprocess);
    const { width, height, format } = header;
    const resizeMs = performance.now() - decoded;
    return { crop, width, height, format, decodeMs: decoded - started, resizeMs };
  }

  /** Normalises a crop into a fresh f32 [3, size, size] (NCHW). */
  normalize(crop: Uint8Array): Float32Array<ArrayBuffer> {
    const input = new Float32Array(crop.length);
    this.#normalize(crop, input);
    return input;
  }

  /**
   * Writes the model's input into a slot, by one copy.
   *
   * @throws {ShmError} when shared memory takes fewer bytes.
   */
  writeInput(crop: Uint8Array<ArrayBuffer>, address: SlotAddress): void {
    if (address.kind === "memory") {
      const { buffer, byteOffset } = address;
      if (address.datatype === "UINT8") {
        new Uint8Array(buffer, byteOffset, crop.length).set(crop);
      } else {
        this.#normalize(crop, new Float32Array(buffer, byteOffset, crop.length));
      }
      return;
    }
    this.#shm ??= new PosixShm();
    const bytes = address.datatype === "UINT8" ? crop : this.#normalizedBytes(crop);
    this.#shm.write(address.fd, bytes, address.byteOffset);
  }

  [Symbol.dispose](): void {
    this.#decoder[Symbol.dispose]();
    this.#shm?.[Symbol.dispose]();
  }

  /** Normalised values in a buffer that the next call overwrites. */
  #normalizedBytes(crop: Uint8Array): Uint8Array<ArrayBuffer> {
    if (this.#scratch.length !== crop.length) this.#scratch = new Float32Array(crop.length);
    this.#normalize(crop, this.#scratch);
    return new Uint8Array(this.#scratch.buffer);
  }
}
