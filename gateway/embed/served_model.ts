/** One model as it is served: what it is called, what computes it, what is kept of it, and whether it can be trusted. */
import { embeddingSpace } from "../../models/contract/embedding_space.ts";
import type { Modality, ModelManifest } from "../../models/contract/manifest.ts";
import type { ImageOptions } from "../../preprocess/contract/image_options.ts";
import type { EmbedItem, EncodedInput } from "../contract/embed_request.ts";
import { toGatewayError } from "../contract/errors.ts";
import type { EmbedOptions } from "../contract/options.ts";
import type { Engine, EngineDescription } from "../engine/engine.ts";
import type { ModelTelemetry } from "../telemetry/events.ts";
import { CachedPipeline } from "./cached_pipeline.ts";
import { type CanaryPhoto, runCanary } from "./canary.ts";
import type { EmbeddingCache } from "./embedding_cache.ts";
import type { Encoder } from "./encoder.ts";
import { ModelProof } from "./model_proof.ts";
import { Pipeline, type RequestScope } from "./pipeline.ts";
import { Readiness, type ReadinessOptions } from "./readiness.ts";

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
  /** Embeddings of files that were seen before; absent, nothing of a cache runs: no digest is taken. */
  readonly cache: EmbeddingCache | undefined;
  /** Fingerprint of everything that changes an embedding. */
  readonly preprocessId: (options: ImageOptions) => string;
  /** Name and version of what decodes JPEGs. */
  readonly jpegDecoder: string;
  readonly telemetry: ModelTelemetry;
  /** Its own unless given. */
  readonly readiness?: ReadinessVerdict;
  /** What readiness asks beside the engine's own health, and the photo that proves the model. */
  readonly health: Pick<ReadinessOptions, "freshMsMax" | "checkTimeoutMs"> & {
    readonly canary: CanaryPhoto;
    readonly canEncode: () => boolean;
    readonly servesUnproven?: boolean;
  };
}

/** A name, an engine, an encoder, and the verdict on them. */
export class ServedModel {
  /** What clients call it. */
  readonly name: string;
  readonly version: string | undefined;
  readonly manifest: ModelManifest;
  readonly jpegDecoder: string;
  readonly readiness: ReadinessVerdict;
  readonly preprocessId: (options: ImageOptions) => string;
  readonly #engine: Engine;
  readonly #pipeline: Pick<Pipeline, "embed">;

  constructor(options: ServedModelOptions) {
    const { manifest, engine, encoder, cache, preprocessId, telemetry, health } = options;
    this.name = options.name ?? engine.description.model;
    this.version = options.version;
    this.manifest = manifest;
    this.jpegDecoder = options.jpegDecoder;
    this.preprocessId = preprocessId;
    this.#engine = engine;
    const pipeline = new Pipeline({
      engine,
      encoder,
      telemetry,
      onEmbedded: () => this.readiness.recordSuccess(),
    });
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
  }

  /** What it embeds. */
  get modality(): Modality {
    return this.manifest.modality;
  }

  /** Which vectors its own may be compared with. */
  get space(): string {
    return embeddingSpace(this.manifest);
  }

  /** Length of an embedding. */
  get dim(): number {
    return this.#engine.description.embeddingDim;
  }

  get engine(): EngineDescription {
    return this.#engine.description;
  }

  /** Inputs that may be in flight here. */
  get slots(): number {
    return this.#engine.slots.total;
  }

  /**
   * Embeds the images of one request; see `Pipeline.embed()`. What comes out speaks for the engine, and an error that
   * the catalogue holds against it makes the next probe ask the canary. What the cache knew says nothing. A model whose
   * canary gives another embedding serves nobody.
   *
   * @throws {GatewayError}
   */
  async embed(
    images: readonly EncodedInput[],
    options: EmbedOptions,
    scope: RequestScope,
  ): Promise<EmbedItem[]> {
    const permit = scope.permit.ofModel?.(this.name) ?? scope.permit;
    await this.readiness.assertServable(scope.deadline);
    const own = permit === scope.permit ? scope : { ...scope, permit };
    const items = await this.#embed(images, options, own);
    if (items.some((item) => item instanceof Float32Array)) {
      await this.readiness.assertProven(scope.deadline);
    }
    return items;
  }

  async #embed(
    images: readonly EncodedInput[],
    options: EmbedOptions,
    scope: RequestScope,
  ): Promise<EmbedItem[]> {
    try {
      return await this.#pipeline.embed(images, options, scope);
    } catch (thrown) {
      const { speaksAgainstEngine, code } = toGatewayError(thrown);
      if (speaksAgainstEngine) this.readiness.recordFault(code);
      throw thrown;
    }
  }
}
