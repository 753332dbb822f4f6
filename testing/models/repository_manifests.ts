/** The manifests of the repository's models, read once. */
import type { ImageManifest, ModelManifest, TextManifest } from "../../models/contract/manifest.ts";
import { listModels, ModelFolder } from "../../models/repository/model_folder.ts";

/** The folder of every model. */
export const MODEL_REPOSITORY = new URL("../../model_repository/", import.meta.url);
/** Names of its models. */
export const MODELS: readonly string[] = await listModels(MODEL_REPOSITORY);

const manifests = new Map<string, ModelManifest>();
for (const name of MODELS) {
  manifests.set(name, await new ModelFolder(MODEL_REPOSITORY, name).manifest());
}

/** The manifest of a model in the repository; a copy, which may be changed. */
export function readModelManifest(name: string): ModelManifest {
  const manifest = manifests.get(name);
  if (manifest === undefined) throw new TypeError(`Cannot find model ${name} in the repository`);
  return structuredClone(manifest);
}

/** The same of a model of images. */
export function readRepositoryManifest(name: string): ImageManifest {
  const manifest = readModelManifest(name);
  if (manifest.modality !== "image") throw new TypeError(`Model ${name} is none of images`);
  return manifest;
}

/** The same of a model of texts. */
export function readTextManifest(name: string): TextManifest {
  const manifest = readModelManifest(name);
  if (manifest.modality !== "text") throw new TypeError(`Model ${name} is none of texts`);
  return manifest;
}
