/** Settings of the image code as tests use them: the defaults, and libturbojpeg. */
import { findTurboJpeg } from "../preprocess/decode/jpeg/turbojpeg_library.ts";
import * as settings from "../preprocess/preprocessor_settings.ts";
import { readDctManifest } from "./dct_model.ts";

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
  changes: Partial<settings.PreprocessorSettings> = {},
): settings.PreprocessorSettings {
  const { preprocess } = readDctManifest();
  const defaults = settings.preprocessorSettings({ preprocess, turboJpegPath: turboJpegPath() });
  return { ...defaults, ...changes };
}
