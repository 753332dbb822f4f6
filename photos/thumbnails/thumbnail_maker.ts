/** Photos to small JPEGs, by the decoder and the resizing that embedding has. */
import { JpegEncoder } from "../../client/shrink/jpeg_encoder.ts";
import type { PreprocessSpec } from "../../preprocess/contract/preprocess_spec.ts";
import { chooseJpegDecoder } from "../../preprocess/decode/jpeg/jpeg_decoders.ts";
import { judgeImage } from "../../preprocess/header/image_header.ts";
import { Preprocessor } from "../../preprocess/preprocessor.ts";
import { preprocessorSettings } from "../../preprocess/preprocessor_settings.ts";
import { cropGeometry } from "../../preprocess/resize/geometry.ts";
import { OWN_PHOTO_LIMITS } from "../scan/read_photo.ts";

/** Longer side of a thumbnail, in pixels. */
const THUMBNAIL_SIDE = 320;

const JPEG = { quality: 82, subsampling: "4:2:0" } as const;

const SPEC: PreprocessSpec = {
  size: THUMBNAIL_SIDE,
  mean: [0, 0, 0],
  std: [1, 1, 1],
  interpolation: "bicubic",
  resize_mode: "longest",
  pillow: 13,
};
const LIMITS = {
  ...OWN_PHOTO_LIMITS,
  decodeMsMax: 20_000,
  decodeBytesMax: 1024 * 1024 * 1024,
};
/** EXIF's numbers from which on the sides change places. */
const ORIENTATION_TURNED = 5;

/** Makes thumbnails, one at a time. */
export class ThumbnailMaker implements Disposable {
  readonly #preprocessor: Preprocessor;
  readonly #limits: typeof LIMITS;
  readonly #encoder = new JpegEncoder();

  constructor() {
    const { path } = chooseJpegDecoder("auto");
    const settings = preprocessorSettings({
      preprocess: SPEC,
      turboJpegPath: path,
      limits: LIMITS,
    });
    this.#limits = LIMITS;
    this.#preprocessor = new Preprocessor(settings);
  }

  /**
   * Makes a JPEG whose longer side has 320 pixels, upright.
   *
   * @throws {Refusal} as `Preprocessor.preprocess()`.
   */
  async make(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
    const header = judgeImage(bytes, this.#limits);
    const { data } = await this.#preprocessor.input(
      { bytes, header },
      { decode: "fast", orient: "exif" },
      "UINT8",
    );
    const isTurned = header.orientation >= ORIENTATION_TURNED;
    const [width, height] = isTurned
      ? [header.height, header.width]
      : [header.width, header.height];
    return this.#encoder.encode(withoutMargins(data, width, height), JPEG);
  }

  [Symbol.dispose](): void {
    this.#preprocessor[Symbol.dispose]();
  }
}

/** The picture in its square, u8 [320, 320, 3]. */
function withoutMargins(square: Uint8Array, photoWidth: number, photoHeight: number) {
  const { width, height, marginLeft, marginTop, size } = cropGeometry(
    photoWidth,
    photoHeight,
    SPEC,
  );
  const data = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    const start = ((marginTop + row) * size + marginLeft) * 3;
    data.set(square.subarray(start, start + width * 3), row * width * 3);
  }
  return { width, height, data };
}
