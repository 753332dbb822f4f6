/** The model that needs no weights. */
import type { ImageManifest } from "../models/contract/manifest.ts";
import { buildModel } from "../models/graph/build_model.ts";
import { ModelFolder } from "../models/repository/model_folder.ts";
import { MODEL_REPOSITORY, readRepositoryManifest } from "./models/repository_manifests.ts";

/** Its folder in the repository. */
export const DCT_MODEL = new ModelFolder(MODEL_REPOSITORY, "dct_512");

/** Its manifest. */
export function readDctManifest(): ImageManifest {
  return readRepositoryManifest(DCT_MODEL.name);
}

/** Its ONNX file, built on the spot. */
export function buildDctModel(): Uint8Array<ArrayBuffer> {
  return buildModel(readDctManifest());
}
