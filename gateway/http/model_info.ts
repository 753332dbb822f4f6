/** What GET /models tells of a model, before anybody asks whether it is ready. */
import { OPEN_CLIP } from "../../preprocess/contract/image_options.ts";
import type { Config } from "../config/config_fields.ts";
import { textsMax } from "../config/text_fields.ts";
import { imageOptionsList, imageOptionsName } from "../contract/options.ts";
import type { GatewayReadiness } from "../embed/gateway_readiness.ts";
import type { Models } from "../embed/models.ts";
import { modelTokenizerId } from "../embed/text_preprocess_id.ts";
import type { ServedModel } from "../embed/served_model.ts";
import type { ModelInfo, ModelStatus } from "./info.ts";

/** The gateway that a model is served by. */
export interface ServedBy {
  readonly models: Models;
  readonly config: Pick<
    Config,
    "slots" | "requestImagesMax" | "requestTextsMax" | "tensorInput"
  >;
  readonly isolates: number;
}

/** Describes a model. */
export function modelInfo(model: ServedModel, { models, config, isolates }: ServedBy): ModelInfo {
  const { manifest, engine, modality } = model;
  return {
    name: model.name,
    ...model.version !== undefined && { version: model.version },
    aliases: models.aliasesOf(model),
    description: manifest.description,
    license: manifest.license,
    modality,
    is_default: models.defaultOf(modality) === model,
    embedding_space: model.space,
    dim: model.dim,
    digest: engine.modelDigest,
    preprocess_id: preprocessIds(model),
    ...manifest.modality === "text" && { tokenizer_id: modelTokenizerId(manifest) },
    input: model.input,
    output: manifest.output,
    tensor_input: config.tensorInput === "on",
    limits: {
      slots: config.slots,
      batch: engine.batchImagesMax,
      request: modality === "image" ? config.requestImagesMax : textsMax(config),
      ...manifest.modality === "text" && { context_length: manifest.architecture.context_length },
    },
    ...memoryOf(model, isolates),
  };
}

/** Ids of a model's preprocessing, by a request's options; none of them changes what becomes of a text. */
export function preprocessIds({ modality, preprocessId }: ServedModel): Record<string, string> {
  if (modality === "text") return { text: preprocessId(OPEN_CLIP) };
  return Object.fromEntries(
    imageOptionsList().map((options) => [imageOptionsName(options), preprocessId(options)]),
  );
}

/** Milliseconds for which a list of models waits for their states: longer, and it is no use to who looks for the trouble. */
const STATES_MS = 1000;

/** Models, and whether they are ready. */
export async function modelStatuses(
  models: readonly ModelInfo[],
  check: () => Promise<GatewayReadiness>,
): Promise<ModelStatus[]> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, STATES_MS);
  const readiness = await Promise.race([check(), late.promise]);
  clearTimeout(timer);
  return models.map((model) => {
    const { isReady: ready = false, reason = `no answer within ${STATES_MS} ms` } =
      readiness?.models[model.name] ?? {};
    return { ...model, ready, reason };
  });
}

function memoryOf({ engine }: ServedModel, isolates: number): Pick<ModelInfo, "memory"> {
  const { memory } = engine;
  if (memory === undefined) return {};
  const { slotBytes, modelBytes, threads } = memory;
  return {
    memory: {
      slot_bytes: slotBytes * isolates,
      ...modelBytes !== undefined && { sessions: isolates, model_bytes: modelBytes * isolates },
      ...threads !== undefined && { threads: threads * isolates },
    },
  };
}
