/** Whether a model of a hub may have its name, and which manifest it goes by. */
import { isDeepStrictEqual } from "node:util";
import type { ModelManifest, TextManifest, WeightsSpec } from "../contract/manifest.ts";
import { FIRST_VERSION, type ModelFolder } from "../repository/model_folder.ts";

/** A manifest, and where it is to be written if it is not there. */
export interface ChosenManifest {
  readonly manifest: ModelManifest;
  readonly manifestPath: string | undefined;
}

/**
 * Chooses the manifest that stands there if it is of the same weights, as somebody may have changed it; else the new one,
 * in a place of its own if this is another version.
 *
 * @throws {Error} when the name is that of a model of other weights, or a version has other tensors than the first one.
 */
export async function chooseManifest(
  folder: ModelFolder,
  described: ModelManifest,
): Promise<ChosenManifest> {
  if (!await folder.has("manifest.json")) {
    return { manifest: described, manifestPath: folder.pathOf("manifest.json") };
  }
  const present = await folder.manifest();
  if (isOfSameWeights(present, described)) return { manifest: present, manifestPath: undefined };
  if (folder.version === FIRST_VERSION) {
    throw new Error(
      `Cannot call a model ${folder.name} as ${folder.path} is one of ${
        origin(present.weights)
      }: ` +
        `choose a name by --name${
          present.weights === undefined ? "" : ", or make a version of it by --model-version"
        }`,
    );
  }
  // Whoever has an index of its vectors would find out by nothing.
  if (await folder.hasOwnManifest() || await folder.has("model.onnx")) {
    throw new Error(
      `Cannot make version ${folder.version} of ${folder.name} as ${folder.versionPath} is one of ${
        origin(present.weights)
      }: choose another number by --model-version, or a name by --name`,
    );
  }
  return { manifest: versionOf(present, described), manifestPath: folder.ownManifestPath };
}

function isOfSameWeights(present: ModelManifest, described: ModelManifest): boolean {
  const [a, b] = [present.weights, described.weights];
  if (a === undefined || b === undefined || present.modality !== described.modality) return false;
  if (a.sha256 !== undefined && b.sha256 !== undefined) return a.sha256 === b.sha256;
  return a.repo === b.repo && a.revision === b.revision && a.file === b.file;
}

/** All versions have one configuration of Triton's and one vocabulary, so what those say must be the model's. */
function versionOf(model: ModelManifest, described: ModelManifest): ModelManifest {
  for (const field of ["modality", "input", "output", "tokenizer"] as const) {
    const [expected, actual] = [model, described].map((manifest) =>
      (manifest as Partial<TextManifest>)[field]
    );
    if (isDeepStrictEqual(expected, actual)) continue;
    throw new Error(
      `Cannot make ${described.weights?.repo} a version of ${model.name}: its ${field} must be ` +
        `${JSON.stringify(expected)}: current value is ${JSON.stringify(actual)}`,
    );
  }
  const { max_batch_size, serving } = model;
  return { ...described, max_batch_size, serving };
}

function origin(weights: WeightsSpec | undefined): string {
  return weights === undefined ? "no weights" : `${weights.repo}@${weights.revision}`;
}
