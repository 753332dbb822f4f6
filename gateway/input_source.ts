/** What makes inputs of what a model embeds: photos by decoding, words by tokenizing. */
import type { ImageOptions } from "../preprocess/contract/image_options.ts";
import type { Canary } from "./embed/canary.ts";
import type { Encoder } from "./embed/encoder.ts";
import type { TextReader } from "./embed/text_reader.ts";
import type { Engine, EngineDescription } from "./engine/engine.ts";

/** A source whose settings were proven on the golden input. */
export interface InputSource {
  readonly canary: Canary;
  /** Fingerprints of everything that changes an embedding. */
  readonly preprocessIds: (engine: () => EngineDescription) => (options: ImageOptions) => string;
  /** Absent for photos. */
  readonly texts?: TextReader;
  /** Absent for words. */
  readonly jpegDecoder?: string;
  /** Starts what writes into an engine's slots, once all engines are there; it ends before they do. */
  start(engine: Engine): Promise<RunningSource>;
}

/** What writes into an engine's slots. */
export interface RunningSource {
  readonly encoder: Encoder<Uint8Array<ArrayBuffer>>;
  /** Takes inputs that clients made themselves. */
  readonly tensors: Encoder<Uint8Array<ArrayBuffer>>;
  /** Inputs that wait for a worker. */
  readonly queued: () => number;
  /** Whether anything can be encoded at all. */
  readonly canEncode: () => boolean;
}
