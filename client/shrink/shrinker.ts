/** The gateway's own preprocessing up to the model's crop, on the client: a tenth of a megabyte crosses the line in place of a camera's four. */
import { DEFAULT_LIMITS } from "../../preprocess/contract/image_limits.ts";
import type { ImageOptions } from "../../preprocess/contract/image_options.ts";
import type { CropSettings } from "../../preprocess/contract/preprocess_spec.ts";
import { Refusal } from "../../preprocess/contract/refusal.ts";
import { Preprocessor } from "../../preprocess/preprocessor.ts";
import {
  type PreprocessorSettings,
  preprocessorSettings,
} from "../../preprocess/preprocessor_settings.ts";
import type { Shrink, ShrunkPhoto } from "../shrink.ts";
import { JpegEncoder } from "./jpeg_encoder.ts";
import { writePng } from "./png_writer.ts";

/** How photos are shrunk. */
export interface ShrinkOptions {
  /** `png` is the crop byte for byte, `jpeg` a third of it and nearly the same; png unless given. */
  readonly as?: "png" | "jpeg";
  /** Of a JPEG, 1 to 100: 95 unless given. */
  readonly quality?: number;
  /** Of the model, as its manifest has it: ViT-B/32's unless given. */
  readonly crop?: CropSettings;
  /** As the gateway's default, which a crop comes too late for: none unless given. */
  readonly orient?: ImageOptions["orient"];
  /** As `chooseJpegDecoder()` gives it: the portable decoder runs unless given. */
  readonly turboJpegPath?: string | undefined;
}

const CROP: CropSettings = { size: 224, pillow: 13 };
const QUALITY = 95;
const MIB = 1024 * 1024;
/** A person's own photos, of any camera. */
const LIMITS = {
  ...DEFAULT_LIMITS,
  bytesMax: 256 * MIB,
  pixelsMax: 200_000_000,
  decodeMsMax: 60_000,
  decodeBytesMax: 2048 * MIB,
};

/** Of a preprocessor, what shrinking needs. */
interface Cropper extends Disposable {
  preprocess(
    bytes: Uint8Array<ArrayBuffer>,
    options: ImageOptions,
  ): Promise<{ readonly crop: Uint8Array<ArrayBuffer> }>;
}

/** Shrinks a photo at a time. */
export class Shrinker implements Disposable {
  readonly #cropper: Cropper;
  readonly #options: ShrinkOptions;
  readonly #mark: string;
  #encoder: JpegEncoder | undefined;
  #last: Promise<unknown> = Promise.resolve();

  /** @param createCropper Makes what crops photos: a `Preprocessor` unless given. */
  constructor(
    options: ShrinkOptions = {},
    createCropper: (settings: PreprocessorSettings) => Cropper = (settings) =>
      new Preprocessor(settings),
  ) {
    const { crop = CROP, turboJpegPath } = options;
    this.#cropper = createCropper(preprocessorSettings({
      // Only the crop is made: the gateway normalises.
      preprocess: {
        ...{ interpolation: "bicubic", resize_mode: "shortest" },
        ...crop,
        ...{ mean: [0, 0, 0], std: [1, 1, 1] },
      },
      turboJpegPath,
      limits: LIMITS,
    }));
    this.#options = options;
    this.#mark = markOf(options);
  }

  /** Gives the crop of a photo; nothing of one that cannot be read, as the gateway says better what is wrong with it. */
  readonly shrink: Shrink = (photo) => {
    const shrunk = this.#last.then(() => this.#shrink(photo));
    this.#last = shrunk.catch(() => {});
    return shrunk;
  };

  [Symbol.dispose](): void {
    this.#cropper[Symbol.dispose]();
  }

  async #shrink(photo: Uint8Array<ArrayBuffer>): Promise<ShrunkPhoto | undefined> {
    const { as = "png", quality = QUALITY, orient = "none", crop: { size } = CROP } = this.#options;
    try {
      const { crop } = await this.#cropper.preprocess(photo, { orient, decode: "exact" });
      const bytes = as === "png"
        ? await writePng(crop, size, size)
        : (this.#encoder ??= new JpegEncoder()).encode(
          { width: size, height: size, data: crop },
          { quality, subsampling: "4:4:4" },
        );
      return { bytes, mark: this.#mark };
    } catch (error) {
      if (error instanceof Refusal) return undefined;
      throw error;
    }
  }
}

/** All that changes the crop, such as `png.224.shortest.bicubic.pillow13.none.native`. */
function markOf(options: ShrinkOptions): string {
  const { as = "png", quality = QUALITY, crop = CROP, orient = "none", turboJpegPath } = options;
  const { size, resize_mode = "shortest", interpolation = "bicubic", pillow, fill_color } = crop;
  return [
    as === "png" ? as : `${as}${quality}`,
    ...[size, resize_mode, interpolation, `pillow${pillow}`, orient],
    ...fill_color === undefined ? [] : [`fill${fill_color}`],
    turboJpegPath === undefined ? "portable" : "native",
  ].join(".");
}
