/** `triton-edge-client/shrink`, as it is bundled: decoders in WebAssembly inside, and nothing of Deno. */
import { PlainPreprocessor } from "../shrink/plain_preprocessor.ts";
import { Shrinker as AnyShrinker, type ShrinkOptions } from "../shrink/shrinker.ts";

/** Shrinks a photo at a time. */
export class Shrinker extends AnyShrinker {
  constructor(options: Omit<ShrinkOptions, "turboJpegPath"> = {}) {
    super(options, (settings) => new PlainPreprocessor(settings));
  }
}
