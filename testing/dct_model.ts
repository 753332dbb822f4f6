/** The model that needs no weights, as its manifest in the repository describes it. */
import { buildModel } from "../models/export/export_model.ts";
import { type ModelManifest, parseManifest } from "../models/contract/manifest.ts";

/** The folder of every model. */
export const MODEL_REPOSITORY = new URL("../model_repository/", import.meta.url);

/** The manifest of `dct_512`. */
export function readDctManifest(): ModelManifest {
  return parseManifest(
    Deno.readTextFileSync(new URL("dct_512/manifest.json", MODEL_REPOSITORY)),
  );
}

/** Its ONNX file, built on the spot. */
export function buildDctModel(): Uint8Array<ArrayBuffer> {
  return buildModel(readDctManifest());
}
