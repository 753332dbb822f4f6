/** The models that settings name: whether they are there, and what their images may cost. */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Golden } from "../models/contract/golden.ts";
import type { ModelManifest } from "../models/contract/manifest.ts";
import { findModel, ModelNotFoundError } from "../models/repository/find_model.ts";
import type { ModelFolder } from "../models/repository/model_folder.ts";
import type { ImageLimits } from "../preprocess/contract/image_limits.ts";
import type { Config } from "./config/config_fields.ts";
import { imageMemoryBytesMax } from "./config/memory_budget.ts";
import { parseModelRef } from "./config/model_names.ts";

const PROJECT = fileURLToPath(new URL("../", import.meta.url));

/** What settings say of models and where they are. */
export type ModelSettings = Pick<Config, "modelRepository" | "models" | "model">;

/** A model that settings name. */
export interface ConfiguredModel {
  /** As settings have it, and so as clients call it: `name` or `name:version`. */
  readonly served: string;
  /** The version that is asked for, of a server as well; without one, that is the server's to choose. */
  readonly version: string | undefined;
  readonly folder: ModelFolder;
}

/**
 * The models that settings name, in that order.
 *
 * @throws {ModelNotFoundError} that names the settings, for the first that is not there or may not be read.
 */
export async function configuredModels(settings: ModelSettings): Promise<ConfiguredModel[]> {
  const models: ConfiguredModel[] = [];
  for (const served of settings.models) models.push(await configuredModel(settings, served));
  return models;
}

/**
 * One of the models that settings name.
 *
 * @param served As settings have it.
 * @throws {ModelNotFoundError} that names the settings, where it is not there or may not be read.
 */
export async function configuredModel(
  { modelRepository, models, model }: ModelSettings,
  served: string,
): Promise<ConfiguredModel> {
  const { name, version } = parseModelRef(served);
  try {
    const folder = await findModel(repositoryPath(modelRepository), name, version);
    return { served, version, folder };
  } catch (error) {
    if (!(error instanceof ModelNotFoundError)) throw error;
    const setting = model === "" ? `GATEWAY_MODELS=${models}` : `GATEWAY_MODEL=${model}`;
    throw new ModelNotFoundError(
      `${setting}, GATEWAY_MODEL_REPOSITORY=${modelRepository}: ${error.message}`,
      { cause: error },
    );
  }
}

/** What a model's folder says of it. */
export interface ModelDescription {
  readonly manifest: ModelManifest;
  readonly golden: Golden;
}

/**
 * Reads what a model's folder says of it.
 *
 * @throws {Error} when it cannot be read, or its golden record is of another kind of input than the model embeds.
 */
export async function describeModel(folder: ModelFolder): Promise<ModelDescription> {
  // One after the other, so that nothing is still being read when one of them is wrong.
  const manifest = await folder.manifest();
  const golden = await folder.golden();
  const kind = "photo" in golden.sample ? "image" : "text";
  if (kind === manifest.modality) return { manifest, golden };
  throw new Error(
    `Cannot serve model ${folder.name} as ${
      folder.pathOf("golden.json")
    } must be of ${manifest.modality}s, as the model is: it is of ${kind}s`,
  );
}

/**
 * Reads something of a model's folder; where there are several models, what goes wrong is said of the one that settings
 * name.
 *
 * @throws {Error} whatever `read` throws, in those words.
 */
export async function readOf<Value>(
  { models }: Pick<ModelSettings, "models">,
  { served, folder }: ConfiguredModel,
  read: (folder: ModelFolder) => Promise<Value>,
): Promise<Value> {
  try {
    return await read(folder);
  } catch (cause) {
    if (models.length === 1) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`GATEWAY_MODELS names ${served}: ${reason}`, { cause });
  }
}

/**
 * The first of the models that settings name that embeds images, as a gateway has it for its default; else the first.
 *
 * @throws {Error} for the first up to it that is not there or cannot be read.
 */
export async function configuredImageModel(settings: ModelSettings): Promise<ModelFolder> {
  const models = settings.models.length === 1 ? [] : settings.models;
  for (const served of models) {
    const { folder } = await configuredModel(settings, served);
    if ((await folder.manifest()).modality === "image") return folder;
  }
  return (await configuredModel(settings, settings.models[0] as string)).folder;
}

/** The path of a repository as settings give it. */
export function repositoryPath(modelRepository: string): string {
  return resolve(PROJECT, modelRepository);
}

/** What one image may cost; the memory budget is not 0. */
export function configuredLimits(config: Config): ImageLimits {
  return {
    bytesMax: config.imageBytesMax,
    pixelsMax: config.imagePixelsMax,
    scansMax: config.imageScansMax,
    decodeMsMax: Math.min(config.imageCostMsMax, config.imageTimeoutMs),
    decodeBytesMax: imageMemoryBytesMax(config),
  };
}
