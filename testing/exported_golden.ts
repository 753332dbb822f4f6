/** The golden record that an export of a model would write, for models that tests make. */
import type { Golden } from "../models/contract/golden.ts";
import type { ImageManifest } from "../models/contract/manifest.ts";
import { goldenEmbedding } from "../models/export/golden_embedding.ts";
import { OPEN_CLIP } from "../preprocess/contract/image_options.ts";
import { Preprocessor } from "../preprocess/preprocessor.ts";
import { sha256 } from "./digest.ts";
import { preprocessorSettings } from "./preprocessor_settings.ts";

const PHOTO = new URL("../models/contract/golden_photo.jpg", import.meta.url);

/** Of the golden photo. */
export async function exportedGolden(
  manifest: ImageManifest,
  model: Uint8Array<ArrayBuffer>,
): Promise<Golden> {
  using preprocessor = new Preprocessor({
    ...preprocessorSettings(),
    preprocess: manifest.preprocess,
  });
  const { crop } = await preprocessor.preprocess(await Deno.readFile(PHOTO), OPEN_CLIP);
  const input = preprocessor.normalize(crop).slice();
  return {
    sample: { photo: "models/contract/golden_photo.jpg" },
    inputSha256: sha256(new Uint8Array(input.buffer)),
    modelSha256: sha256(model),
    embedding: await goldenEmbedding(model, manifest, { crop, input }),
  };
}
