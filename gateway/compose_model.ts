/** Builds one served model of what was made for it. */
import { EmbeddingCache } from "./embed/embedding_cache.ts";
import { ServedModel } from "./embed/served_model.ts";
import type { Engine } from "./engine/engine.ts";
import type { InputSource } from "./input_source.ts";
import type { DescribedModel, ModelSetup } from "./model_setup.ts";

/** What a model makes its inputs of, and what computes their embeddings. */
export interface ModelEnds {
  readonly source: InputSource;
  readonly engine: Engine;
}

/** Builds a model once the engines of all models are there. */
export async function composeModel(
  { served, version, folder, manifest, telemetry }: DescribedModel,
  { config, metrics, parts, isolates }: ModelSetup,
  { source, engine }: ModelEnds,
): Promise<ServedModel> {
  const { encoder, tensors, queued, canEncode } = await source.start(engine);
  const cache = config.cacheBytes === 0 ? undefined : new EmbeddingCache({
    bytesMax: Math.floor(config.cacheBytes / isolates / config.models.length),
    onEvicted: () => telemetry.cacheEvicted(),
  });
  metrics.addModelGauges(served, {
    slotsInUse: () => engine.slots.inUse,
    slotSeconds: () => engine.slots.heldSeconds,
    slotsTotal: () => parts.engines === undefined ? config.slots : engine.slots.total,
    imagesQueued: queued,
    cacheBytes: () => cache?.usage.bytes ?? 0,
    cacheImages: () => cache?.usage.images ?? 0,
  });
  return new ServedModel({
    name: served,
    // What runs in this process is the version that was read; a server may have chosen another one.
    version: version ?? (config.engine === "embedded" ? folder.version : undefined),
    manifest,
    engine,
    encoder,
    tensors,
    texts: source.texts,
    cache,
    preprocessId: parts.preprocessId ?? source.preprocessIds(() => engine.description),
    jpegDecoder: source.jpegDecoder,
    telemetry,
    ...parts.readiness && { readiness: parts.readiness },
    health: {
      freshMsMax: config.readySecondsMax * 1000,
      checkTimeoutMs: config.requestTimeoutMs,
      canary: source.canary,
      canEncode,
      servesUnproven: config.serveUnproven === "on",
    },
  });
}
