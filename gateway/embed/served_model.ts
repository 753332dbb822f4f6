/** One model as it is served: what it is called, what computes it, what is kept of it, and whether it can be trusted. */
import { embeddingSpace } from "../../models/contract/embedding_space.ts";
import type { Golden } from "../../models/contract/golden.ts";
import type { Modality, ModelManifest, TensorSpec } from "../../models/contract/manifest.ts";
import type { ImageOptions } from "../../preprocess/contract/image_options.ts";
import type {
  CosineLogits,
  EmbedInput,
  EmbedItem,
  EncodedInput,
} from "../contract/embed_request.ts";
import { GatewayError, toGatewayError } from "../contract/errors.ts";
import type { EmbedOptions } from "../contract/options.ts";
import { NotFinite } from "../engine/embeddings_check.ts";
import type { Engine, EngineDescription } from "../engine/engine.ts";
import type { ModelTelemetry } from "../telemetry/events.ts";
import { CachedPipeline } from "./cached_pipeline.ts";
import { type Canary, runCanary } from "./canary.ts";
import type { EmbeddingCache } from "./embedding_cache.ts";
import type { Encoder } from "./encoder.ts";
import { ModelProof } from "./model_proof.ts";
import { Pipeline, type RequestScope } from "./pipeline.ts";
import { Readiness, type ReadinessOptions } from "./readiness.ts";
import type { ReadTexts, TextReader } from "./text_reader.ts";

/** What a served model and its probes need of readiness. */
export type ReadinessVerdict = Pick<
  Readiness,
  | "open"
  | "drain"
  | "check"
  | "recordSuccess"
  | "recordFault"
  | "assertServable"
  | "assertProven"
>;

/** What a served model is made of. */
export interface ServedModelOptions {
  /** What settings and clients call it: its manifest's name, with the version behind it where one is asked for. */
  readonly name?: string;
  /** The version that answers, where that is known. */
  readonly version?: string | undefined;
  readonly manifest: ModelManifest;
  readonly engine: Engine;
  readonly encoder: Encoder<Uint8Array<ArrayBuffer>>;
  /** Takes inputs that clients made themselves. */
  readonly tensors?: Encoder<Uint8Array<ArrayBuffer>> | undefined;
  /** Reads texts for a model that embeds them. */
  readonly texts?: TextReader | undefined;
  /** Embeddings of inputs that were seen before; absent, nothing of a cache runs: no digest is taken. */
  readonly cache: EmbeddingCache | undefined;
  /** Fingerprint of everything that changes an embedding. */
  readonly preprocessId: (options: ImageOptions) => string;
  /** Name and version of what decodes JPEGs, for a model that embeds images. */
  readonly jpegDecoder?: string | undefined;
  readonly telemetry: ModelTelemetry;
  /** Its own unless given. */
  readonly readiness?: ReadinessVerdict;
  /** What readiness asks beside the engine's own health, and the input that proves the model. */
  readonly health: Pick<ReadinessOptions, "freshMsMax" | "checkTimeoutMs"> & {
    readonly canary: Canary;
    readonly canEncode: () => boolean;
    readonly servesUnproven?: boolean;
  };
}

/** What a pipeline is asked. */
interface ServedInputs {
  readonly inputs: readonly EncodedInput[];
  readonly options: EmbedOptions;
  readonly scope: RequestScope;
}

function cosineLogits({ logitScale, logitBias }: Golden): CosineLogits | undefined {
  return logitScale === undefined ? undefined : { scale: logitScale, bias: logitBias };
}

/** A name, an engine, an encoder, and the verdict on them. */
export class ServedModel {
  /** What clients call it. */
  readonly name: string;
  readonly version: string | undefined;
  readonly manifest: ModelManifest;
  readonly jpegDecoder: string | undefined;
  /** Which vectors its own may be compared with. */
  readonly space: string;
  /** How cosines of its embeddings with those of the other modality are weighed, where the checkpoint says so. */
  readonly logits: CosineLogits | undefined;
  readonly readiness: ReadinessVerdict;
  readonly preprocessId: (options: ImageOptions) => string;
  readonly #texts: TextReader | undefined;
  readonly #engine: Engine;
  readonly #pipeline: Pick<Pipeline, "embed">;
  readonly #tensors: Pipeline | undefined;

  constructor(options: ServedModelOptions) {
    const { manifest, engine, encoder, cache, preprocessId, telemetry, health } = options;
    this.name = options.name ?? engine.description.model;
    this.version = options.version;
    this.manifest = manifest;
    this.jpegDecoder = options.jpegDecoder;
    this.space = embeddingSpace(manifest);
    this.logits = cosineLogits(health.canary.golden);
    this.#texts = options.texts;
    this.preprocessId = preprocessId;
    this.#engine = engine;
    const pipelineOf = (encoder: Encoder<Uint8Array<ArrayBuffer>>) =>
      new Pipeline({
        engine,
        encoder,
        onRefused: (code) =>
          manifest.modality === "image"
            ? telemetry.imageRefused(code)
            : telemetry.textRefused(code),
        onEmbedded: () => this.readiness.recordSuccess(),
      });
    const pipeline = pipelineOf(encoder);
    this.readiness = options.readiness ?? new Readiness({
      engine: { healthy: async (deadline) => health.canEncode() && await engine.healthy(deadline) },
      proof: new ModelProof({
        ...health,
        engine,
        canary: (deadline) => runCanary(pipeline, health.canary, deadline),
        // What a wrong model computed is not kept, whatever it was taken for at the time.
        onRegained: () => cache?.clear(),
        telemetry,
      }),
      freshMsMax: health.freshMsMax,
      checkTimeoutMs: health.checkTimeoutMs,
      telemetry,
    });
    this.#pipeline = cache === undefined
      ? pipeline
      : new CachedPipeline({ pipeline, cache, engine, preprocessId, telemetry });
    // Past the cache, whose keys are those of files: a tensor of a file's bytes is another input.
    this.#tensors = options.tensors && pipelineOf(options.tensors);
  }

  /** What it embeds. */
  get modality(): Modality {
    return this.manifest.modality;
  }

  /** Length of an embedding. */
  get dim(): number {
    return this.#engine.description.embeddingDim;
  }

  /** One input as it is served, without the batch dimension: a server may have the variant that takes bytes of pixels. */
  get input(): TensorSpec {
    const { manifest, engine: { inputDatatype: datatype } } = this;
    const { input } = manifest;
    if (input.datatype === datatype || manifest.modality === "text") return input;
    const { size } = manifest.preprocess;
    return datatype === "FP32"
      ? { ...input, datatype, shape: [3, size, size] }
      : { ...input, datatype, shape: [size, size, 3] };
  }

  get engine(): EngineDescription {
    return this.#engine.description;
  }

  /** Inputs that may be in flight here. */
  get slots(): number {
    return this.#engine.slots.total;
  }

  /**
   * Makes inputs of one request's texts, for `embed()`.
   *
   * @throws {GatewayError} the deadline's reason.
   * @throws {TypeError} when it is no model of texts.
   */
  async readTexts(
    texts: readonly EmbedInput[],
    scope: Pick<RequestScope, "deadline" | "stamp">,
  ): Promise<ReadTexts> {
    if (this.#texts === undefined) throw new TypeError(`Cannot read texts for model ${this.name}`);
    return await this.#texts.read(texts, scope);
  }

  /**
   * Embeds the inputs of one request; see `Pipeline.embed()`. What comes out speaks for the engine, and an error that
   * the catalogue holds against it makes the next probe ask the canary. What the cache knew says nothing. A model whose
   * canary gives another embedding serves nobody.
   *
   * @throws {GatewayError}
   */
  async embed(
    inputs: readonly EncodedInput[],
    options: EmbedOptions,
    scope: RequestScope,
  ): Promise<EmbedItem[]> {
    return await this.#served(this.#pipeline, { inputs, options, scope });
  }

  /**
   * Embeds inputs that are the model's already; see `embed()`. Nothing of them is kept.
   *
   * @throws {GatewayError} `invalid_body` where what comes out is not finite: the canary is asked whose fault that is.
   * @throws {TypeError} when it is made without an encoder for them.
   */
  async embedTensors(
    inputs: readonly EncodedInput[],
    options: EmbedOptions,
    scope: RequestScope,
  ): Promise<EmbedItem[]> {
    if (this.#tensors === undefined) throw new TypeError(`Cannot take tensors: ${this.name}`);
    try {
      return await this.#served(this.#tensors, { inputs, options, scope });
    } catch (thrown) {
      if (!(thrown instanceof NotFinite)) throw thrown;
      throw new GatewayError(
        "invalid_body",
        "Cannot embed as the model must give finite values for an input: it gives others",
        { cause: thrown },
      );
    }
  }

  async #served(
    pipeline: Pick<Pipeline, "embed">,
    { inputs, options, scope }: ServedInputs,
  ): Promise<EmbedItem[]> {
    const permit = scope.permit.ofModel?.(this.name) ?? scope.permit;
    await this.readiness.assertServable(scope.deadline);
    const own = permit === scope.permit ? scope : { ...scope, permit };
    const items = await this.#embed(pipeline, { inputs, options, scope: own });
    if (items.some((item) => item instanceof Float32Array)) {
      await this.readiness.assertProven(scope.deadline);
    }
    return items;
  }

  async #embed(
    pipeline: Pick<Pipeline, "embed">,
    { inputs, options, scope }: ServedInputs,
  ): Promise<EmbedItem[]> {
    try {
      return await pipeline.embed(inputs, options, scope);
    } catch (thrown) {
      const { speaksAgainstEngine, code } = toGatewayError(thrown);
      if (speaksAgainstEngine) this.readiness.recordFault(code);
      throw thrown;
    }
  }
}
