/** Bytes of an image to the model's input: the code that /embed and `deno task preprocess` share. */
import { PosixShm } from "../triton/posix_shm.ts";
import type { SlotAddress } from "../gateway/engine/engine.ts";
import { ImageDecoder } from "./decode/image_decoder.ts";
import type { PreprocessorSettings } from "./preprocessor_settings.ts";
import type { ImageOptions } from "./contract/image_options.ts";
import { ResizeKernel } from "./kernel/simd_resize.ts";

/** The crop the model will see, and where the time went. */
export interface PreprocessedImage {
  /** u8 [size, size, 3] (HWC, RGB). */
  readonly crop: Uint8Array<ArrayBuffer>;
  /** Size of the photo before any scaling or orientation. */
  readonly width: number;
  readonly height: number;
  readonly format: string;
  readonly decodeMs: number;
  readonly resizeMs: number;
}

/** What is known of an image whose input is in its slot. */
export type WrittenImage = Omit<PreprocessedImage, "crop"> & { readonly writeMs: number };

/** Decodes, resizes, crops and normalises; one image at a time. */
export class Preprocessor implements Disposable {
  readonly #decoder: ImageDecoder;
  #shm: PosixShm | undefined;
  readonly #kernel: ResizeKernel;

  constructor(settings: PreprocessorSettings) {
    const kernel = new ResizeKernel(settings.preprocess);
    this.#kernel = kernel;
    this.#decoder = new ImageDecoder(settings, kernel);
  }

  /**
   * Turns an encoded image into its crop.
   *
   * @throws {Refusal} as `ImageDecoder.decode`.
   */
  async preprocess(
    bytes: Uint8Array<ArrayBuffer>,
    options: ImageOptions,
  ): Promise<PreprocessedImage> {
    const started = performance.now();
    const { header, pixels } = await this.#decoder.decode(bytes, options);
    const decoded = performance.now();
    const crop = this.#kernel.crop(pixels).slice();
    const { width, height, format } = header;
    const resizeMs = performance.now() - decoded;
    return { crop, width, height, format, decodeMs: decoded - started, resizeMs };
  }

  /**
   * Turns an encoded image into the model's input in its slot; faster than the steps one by one, since the crop
   * stays where it was made.
   *
   * @throws {Refusal} as `ImageDecoder.decode`.
   * @throws {ShmError} when shared memory takes fewer bytes.
   */
  async preprocessInto(
    bytes: Uint8Array<ArrayBuffer>,
    options: ImageOptions,
    address: SlotAddress,
  ): Promise<WrittenImage> {
    const started = performance.now();
    const { header, pixels } = await this.#decoder.decode(bytes, options);
    const decoded = performance.now();
    // Nothing is awaited from here on: the kernel's memory is the next image's as soon as there is one.
    const crop = this.#kernel.crop(pixels);
    const resized = performance.now();
    this.writeInput(crop, address);
    const { width, height, format } = header;
    return {
      width,
      height,
      format,
      decodeMs: decoded - started,
      resizeMs: resized - decoded,
      writeMs: performance.now() - resized,
    };
  }

  /** Normalises a crop into a fresh f32 [3, size, size] (NCHW). */
  normalize(crop: Uint8Array): Float32Array<ArrayBuffer> {
    return this.#kernel.normalize(crop).slice();
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
        new Float32Array(buffer, byteOffset, crop.length).set(this.#kernel.normalize(crop));
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

  #normalizedBytes(crop: Uint8Array): Uint8Array<ArrayBuffer> {
    const { buffer, byteOffset, byteLength } = this.#kernel.normalize(crop);
    return new Uint8Array(buffer, byteOffset, byteLength);
  }
}
