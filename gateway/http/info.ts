/** GET /info, and GET /models, which is a part of it. */
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
   * in front. That of texts is called `text`.
   */
  readonly preprocess_id: Readonly<Record<string, string>>;
  /** What holds without the option. */
  readonly orient: { readonly default: ImageOptions["orient"] };
  /** What holds without the option, and how many times the model's size fast decoding leaves. */
  readonly decode: { readonly default: ImageOptions["decode"]; readonly fast_scale_min: number };
  readonly jpeg_decoder: string;
  readonly accepted_formats: readonly string[];
  /** Whether images may be addresses. */
  readonly url_input: "off" | "https";
  readonly limits: Readonly<Record<string, number>>;
  readonly versions: Readonly<Record<string, string>>;
  /** All that are served; what stands above is of the first. */
  readonly models: readonly ModelInfo[];
}

/** What the gateway tells about a model. */
export interface ModelInfo {
  /** What requests call it. */
  readonly name: string;
  /** Absent where a server chooses it. */
  readonly version?: string | undefined;
  readonly aliases: readonly string[];
  readonly description: string;
  readonly license: string;
  readonly modality: "image" | "text";
  /** Whether it answers requests of its modality that name no model. */
  readonly is_default: boolean;
  /** Vectors may be compared within a space only. */
  readonly embedding_space: string;
  readonly dim: number;
  /** SHA-256 of the ONNX file. */
  readonly digest: string;
  /** As in `Info`. */
  readonly preprocess_id: Readonly<Record<string, string>>;
  /** What makes token ids of words; for models that embed texts. */
  readonly tokenizer_id?: string;
  /** Of one input, without the batch dimension. */
  readonly input: TensorInfo;
  /** Of one embedding. */
  readonly output: TensorInfo;
  /** Whether requests may have such inputs themselves. */
  readonly tensor_input: boolean;
  readonly limits: Readonly<Record<string, number>>;
  /** What it takes of this process, all isolates together. */
  readonly memory?: Readonly<Record<string, number>>;
}

/** A tensor of a model. */
interface TensorInfo {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
}

/** A model with what a probe of it would say. */
export interface ModelStatus extends ModelInfo {
  readonly ready: boolean;
  readonly reason: string;
}
