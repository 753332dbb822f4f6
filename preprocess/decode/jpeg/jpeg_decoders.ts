/** Which JPEG decoder runs: libturbojpeg by FFI, or its WebAssembly build, which runs everywhere. */
import type { ImageLimits } from "../../contract/image_limits.ts";
import type { AllocatePixels } from "../../contract/pixels.ts";
import { JPEG_CODEC_VERSION } from "./jpeg_codec.ts";
import type { JpegDecoder } from "./jpeg_decoder.ts";
import { PortableJpegDecoder } from "./portable_jpeg.ts";
import { type CallNative, TURBOJPEG_VERSION, TurboJpegDecoder } from "./turbojpeg.ts";
import { findTurboJpeg, type LibraryLookup } from "./turbojpeg_library.ts";

/** `native` is libturbojpeg, `portable` its WebAssembly build, `auto` the first of them that can be had. */
export const JPEG_DECODER_CHOICES = ["auto", "native", "portable"] as const;
/** Which decoder is asked for. */
export type JpegDecoderChoice = typeof JPEG_DECODER_CHOICES[number];

/** What a decoder is given. */
export interface JpegDecoderOptions {
  /** As `chooseJpegDecoder()` gives it. */
  readonly turboJpegPath: string | undefined;
  readonly limits: ImageLimits;
  /** Gives libturbojpeg memory for pixels: the heap's unless given. The codec's pixels stay in its own. */
  readonly allocate?: AllocatePixels | undefined;
  /** Makes libturbojpeg's long calls; at once unless given. */
  readonly callNative?: CallNative | undefined;
}

/**
 * Finds the decoder that is asked for.
 *
 * @returns The path of libturbojpeg, or why the portable decoder runs.
 * @throws {Error} for `native` where libturbojpeg is not to be had; its message says why.
 */
export function chooseJpegDecoder(
  choice: JpegDecoderChoice,
  find: () => LibraryLookup = findTurboJpeg,
): LibraryLookup {
  if (choice === "portable") return { path: undefined, reason: "it was asked for" };
  const library = find();
  if (choice === "native" && library.path === undefined) throw new Error(library.reason);
  return library;
}

/** Makes the decoder; for one thread. */
export function createJpegDecoder(options: JpegDecoderOptions): JpegDecoder {
  const { turboJpegPath, limits, allocate, callNative } = options;
  if (turboJpegPath === undefined) return new PortableJpegDecoder();
  return new TurboJpegDecoder(turboJpegPath, limits, {
    ...allocate && { allocate },
    ...callNative && { callNative },
  });
}

/** Names the decoder and its version, for the preprocess id and /info. */
export function jpegDecoderName(turboJpegPath: string | undefined): string {
  return turboJpegPath === undefined
    ? `codec-libjpeg-turbo-8bit ${JPEG_CODEC_VERSION}`
    : `libturbojpeg ${TURBOJPEG_VERSION}`;
}
