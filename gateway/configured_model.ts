/** The model that settings name: whether it is there, and what its images may cost. */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { findModel, ModelNotFoundError } from "../models/repository/find_model.ts";
import type { ModelFolder } from "../models/repository/model_folder.ts";
import type { ImageLimits } from "../preprocess/contract/image_limits.ts";
import type { Config } from "./config/config_fields.ts";
import { imageMemoryBytesMax } from "./config/memory_budget.ts";

const PROJECT = fileURLToPath(new URL("../", import.meta.url));

/**
 * The folder of the model that settings name.
 *
 * @throws {ModelNotFoundError} that names the settings, where it is not there or may not be read.
 */
export async function configuredModel(
  { modelRepository, model }: Pick<Config, "modelRepository" | "model">,
): Promise<ModelFolder> {
  try {
    return await findModel(repositoryPath(modelRepository), model);
  } catch (error) {
    if (!(error instanceof ModelNotFoundError)) throw error;
    throw new ModelNotFoundError(
      `GATEWAY_MODEL=${model}, GATEWAY_MODEL_REPOSITORY=${modelRepository}: ${error.message}`,
      { cause: error },
    );
  }
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
