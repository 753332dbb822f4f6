/** A photo, and copies of it as people make them. */
import { DEFAULT_LIMITS } from "../../preprocess/contract/image_limits.ts";
import { OPEN_CLIP } from "../../preprocess/contract/image_options.ts";
import { chooseJpegDecoder } from "../../preprocess/decode/jpeg/jpeg_decoders.ts";
import { Preprocessor } from "../../preprocess/preprocessor.ts";
import { preprocessorSettings } from "../../preprocess/preprocessor_settings.ts";
import { rgbCrop } from "../../preprocess/resize/rgb_crop.ts";
import { JpegEncoder, type RgbImage } from "../jpeg_encoder.ts";

/** What a copy's difference is called; `original` is the photo itself. */
export const ALTERATIONS = ["original", "scale", "crop", "recompress", "brighten"] as const;

/** JPEGs, in the order of `ALTERATIONS`. */
export type AlteredCopies = readonly Uint8Array<ArrayBuffer>[];

/** The square in the photo's middle, in pixels: no copy is larger. */
const SIDE = 448;
const QUALITY = 92;
const QUALITY_LOW = 30;
/** Of each side, what a crop leaves. */
const CROP_PART = 0.92;
const BRIGHTER = 1.25;

/** Makes copies, a photo at a time. */
export class CopyMaker implements Disposable {
  readonly #encoder = new JpegEncoder();
  readonly #preprocessor = new Preprocessor(preprocessorSettings({
    preprocess: {
      ...{ size: SIDE, mean: [0, 0, 0], std: [1, 1, 1] },
      ...{ interpolation: "bicubic", resize_mode: "shortest", pillow: 13 },
    },
    turboJpegPath: chooseJpegDecoder("auto").path,
    limits: { ...DEFAULT_LIMITS, bytesMax: 128 * 1024 * 1024, pixelsMax: 120_000_000 },
  }));

  /** @throws {Refusal} where the photo cannot be decoded. */
  async make(photo: Uint8Array<ArrayBuffer>): Promise<AlteredCopies> {
    const { crop: data } = await this.#preprocessor.preprocess(photo, OPEN_CLIP);
    const original = { width: SIDE, height: SIDE, data };
    const brighter = data.map((level) => Math.min(255, Math.round(level * BRIGHTER)));
    return [
      this.#encoder.encode(original, QUALITY),
      this.#encoder.encode(half(original), QUALITY),
      this.#encoder.encode(middle(original), QUALITY),
      this.#encoder.encode(original, QUALITY_LOW),
      this.#encoder.encode({ ...original, data: brighter }, QUALITY),
    ];
  }

  [Symbol.dispose](): void {
    this.#encoder[Symbol.dispose]();
    this.#preprocessor[Symbol.dispose]();
  }
}

function half(image: RgbImage): RgbImage {
  const size = image.width / 2;
  const data = rgbCrop({ ...image, mode: "RGB" }, { size, pillow: 13 });
  return { width: size, height: size, data: new Uint8Array(data) };
}

function middle({ width, data }: RgbImage): RgbImage {
  const side = Math.round(width * CROP_PART);
  const start = (width - side) >> 1;
  const cut = new Uint8Array(side * side * 3);
  for (let row = 0; row < side; row++) {
    const from = ((start + row) * width + start) * 3;
    cut.set(data.subarray(from, from + side * 3), row * side * 3);
  }
  return { width: side, height: side, data: cut };
}
