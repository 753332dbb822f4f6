/** Settings of the image code as tests use them: the defaults of the gateway, and libturbojpeg. */
import type { ImageLimits } from "../preprocess/header/image_header.ts";
import type { PreprocessorSettings } from "../preprocess/preprocessor.ts";
import { findTurboJpeg } from "../preprocess/decode/turbojpeg_library.ts";
import { readDctManifest } from "./dct_model.ts";

/** The gateway's default limits. */
export const IMAGE_LIMITS: ImageLimits = {
  bytesMax: 8 * 1024 * 1024,
  pixelsMax: 25_000_000,
  scansMax: 100,
};

/** The gateway's default of what fast decoding leaves, in sizes of the model. */
export const FAST_SCALE_MIN = 2;

/**
 * Path of the pinned libturbojpeg.
 *
 * @throws {Error} where it is not to be had: tests of exact pixels prove nothing without it.
 */
export function turboJpegPath(): string {
  const library = findTurboJpeg();
  if (library.path === undefined) throw new Error(`Cannot test pixels: ${library.reason}`);
  return library.path;
}

/** Settings of a preprocessor for the default model, with changes. */
export function preprocessorSettings(
  changes: Partial<PreprocessorSettings> = {},
): PreprocessorSettings {
  const { preprocess } = readDctManifest();
  return {
    turboJpegPath: turboJpegPath(),
    limits: IMAGE_LIMITS,
    fastSideMin: FAST_SCALE_MIN * preprocess.size,
    preprocess,
    ...changes,
  };
}
