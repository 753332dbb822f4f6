/** The manifests of the repository's models, read once. */
import type { ImageManifest } from "../../models/contract/manifest.ts";
import { listModels, ModelFolder } from "../../models/repository/model_folder.ts";

/** The folder of every model. */
export const MODEL_REPOSITORY = new URL("../../model_repository/", import.meta.url);
/** Names of its models. */
export const MODELS: readonly string[] = await listModels(MODEL_REPOSITORY);

const manifests = new Map<string, ImageManifest>();
for (const name of MODELS) {
  manifests.set(name, await new ModelFolder(MODEL_REPOSITORY, name).imageManifest());
}

/** The manifest of a model in the repository; a copy, which may be changed. */
export function readRepositoryManifest(name: string): ImageManifest {
  const manifest = manifests.get(name);
  if (manifest === undefined) throw new TypeError(`Cannot find model ${name} in the repository`);
  return structuredClone(manifest);
}
