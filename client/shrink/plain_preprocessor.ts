/** Preprocessing without the kernel, whose WebAssembly Node 20 and some browsers do not know yet: slower, and the same. */
import type { ImageOptions } from "../../preprocess/contract/image_options.ts";
import { ImageDecoder } from "../../preprocess/decode/image_decoder.ts";
import { judgeImage } from "../../preprocess/header/image_header.ts";
import type { PreprocessorSettings } from "../../preprocess/preprocessor_settings.ts";
import { cropGeometry } from "../../preprocess/resize/geometry.ts";
import { rgbCrop } from "../../preprocess/resize/rgb_crop.ts";

/** Makes crops, one at a time. */
export class PlainPreprocessor implements Disposable {
  readonly #decoder: ImageDecoder;
  readonly #settings: PreprocessorSettings;

  constructor(settings: PreprocessorSettings) {
    this.#decoder = new ImageDecoder(settings);
    this.#settings = settings;
  }

  /** The crop, u8 [size, size, 3]. @throws {Refusal} */
  async preprocess(
    bytes: Uint8Array<ArrayBuffer>,
    options: ImageOptions,
  ): Promise<{ readonly crop: Uint8Array<ArrayBuffer> }> {
    const { limits, preprocess } = this.#settings;
    const header = judgeImage(bytes, limits);
    // Refuses what has no crop before it is decoded.
    cropGeometry(header.width, header.height, preprocess);
    const pixels = await this.#decoder.decode({ bytes, header }, options);
    return { crop: rgbCrop(pixels, preprocess) };
  }

  [Symbol.dispose](): void {
    this.#decoder[Symbol.dispose]();
  }
}
