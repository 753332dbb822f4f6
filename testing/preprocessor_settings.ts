/** Settings of the image code as tests use them: the defaults, and libturbojpeg where it is to be had. */
import { chooseJpegDecoder } from "../preprocess/decode/jpeg/jpeg_decoders.ts";
import { findTurboJpeg } from "../preprocess/decode/jpeg/turbojpeg_library.ts";
import * as settings from "../preprocess/preprocessor_settings.ts";
import { readDctManifest } from "./dct_model.ts";

/**
 * Path of the pinned libturbojpeg.
 *
 * @throws {Error} where it is not to be had.
 */
export function turboJpegPath(): string {
  const library = findTurboJpeg();
  if (library.path === undefined) throw new Error(`Cannot test libturbojpeg: ${library.reason}`);
  return library.path;
}

/** Registers a test of libturbojpeg, or of JPEGs that it encodes; ignored, and why, where it is not to be had. */
export function testNative(name: string, fn: () => void | Promise<void>): void {
  const library = findTurboJpeg();
  if (library.path === undefined) Deno.test.ignore(`${name} (${library.reason})`, fn);
  else Deno.test(name, fn);
}

/** Settings of a preprocessor for the default model, with changes. */
export function preprocessorSettings(
  changes: Partial<settings.PreprocessorSettings> = {},
): settings.PreprocessorSettings {
  const { preprocess } = readDctManifest();
  const { path } = chooseJpegDecoder("auto");
  const defaults = settings.preprocessorSettings({ preprocess, turboJpegPath: path });
  return { ...defaults, ...changes };
}
