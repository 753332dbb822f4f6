/** All that a preprocessor is made of, put together in one place. */
import {
  DEFAULT_FAST_SCALE_MIN,
  DEFAULT_LIMITS,
  type ImageLimits,
} from "./contract/image_limits.ts";
import type { PreprocessSpec } from "./contract/preprocess_spec.ts";
import type { ImageDecoderOptions } from "./decode/image_decoder.ts";
import { PORTABLE_TIME_FACTOR } from "./decode/jpeg/portable_jpeg.ts";

/** What a preprocessor is made of; a plain object, since it travels to workers. */
export interface PreprocessorSettings extends ImageDecoderOptions {
  readonly preprocess: PreprocessSpec;
}

/** What is to be said about a preprocessor. */
export interface SettingsChoice {
  /** Of the model. */
  readonly preprocess: PreprocessSpec;
  /** As `chooseJpegDecoder()` gives it; without it the portable decoder runs. */
  readonly turboJpegPath: string | undefined;
  readonly limits?: ImageLimits;
  /** What fast decoding leaves of the side that becomes the model's size, at least, in such sizes. */
  readonly fastScaleMin?: number;
}

/** Settings with defaults for what is not said. */
export function preprocessorSettings(choice: SettingsChoice): PreprocessorSettings {
  const { preprocess, turboJpegPath } = choice;
  const { size, resize_mode, pillow } = preprocess;
  const { limits = DEFAULT_LIMITS, fastScaleMin = DEFAULT_FAST_SCALE_MIN } = choice;
  return {
    preprocess,
    turboJpegPath,
    limits: {
      ...limits,
      ...turboJpegPath === undefined && { jpegTimeFactor: PORTABLE_TIME_FACTOR },
      crop: { size, resize_mode, pillow },
    },
    fastSideMin: fastScaleMin * size,
    // The side that becomes the model's size; of two the shorter one, which has less to spare.
    fastSide: resize_mode === "longest" ? "longer" : "shorter",
  };
}
