/** A decoder that judges each file's header itself, for tests of what becomes of whole files. */
import type { ImageOptions } from "../preprocess/contract/image_options.ts";
import type { PixelImage } from "../preprocess/contract/pixels.ts";
import { ImageDecoder, type ImageDecoderOptions } from "../preprocess/decode/image_decoder.ts";
import type { PixelMemory } from "../preprocess/kernel/pixel_memory.ts";
import { type ImageHeader, judgeImage } from "../preprocess/header/image_header.ts";

/** `judgeImage()`, then `ImageDecoder.decode()`. */
export class JudgingDecoder implements Disposable {
  readonly #options: ImageDecoderOptions;
  readonly #decoder: ImageDecoder;

  constructor(options: ImageDecoderOptions, memory?: PixelMemory) {
    this.#options = options;
    this.#decoder = new ImageDecoder(options, memory);
  }

  /** @throws {Refusal} as both. */
  async decode(
    bytes: Uint8Array<ArrayBuffer>,
    options: ImageOptions,
  ): Promise<{ readonly header: ImageHeader; readonly pixels: PixelImage }> {
    const header = judgeImage(bytes, this.#options.limits);
    return { header, pixels: await this.#decoder.decode({ bytes, header }, options) };
  }

  [Symbol.dispose](): void {
    this.#decoder[Symbol.dispose]();
  }
}
