/** GET /info. */
import type { EngineDescription } from "../engine/engine.ts";
import type { ImageOptions } from "../../preprocess/contract/image_options.ts";

/** What the gateway tells about itself. */
export interface Info {
  readonly name: string;
  readonly version: string;
  readonly engine: EngineDescription;
  readonly model: { readonly name: string; readonly description: string; readonly license: string };
  /**
   * Fingerprints of everything that changes an embedding, by option `orient`; those of `decode: fast` have `fast_`
   * in front.
   */
  readonly preprocess_id: Readonly<Record<string, string>>;
  /** What holds without the option. */
  readonly orient: { readonly default: ImageOptions["orient"] };
  /** What holds without the option, and how many times the model's size fast decoding leaves. */
  readonly decode: { readonly default: ImageOptions["decode"]; readonly fast_scale_min: number };
  readonly jpeg_decoder: string;
  readonly accepted_formats: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
  readonly versions: Readonly<Record<string, string>>;
}
