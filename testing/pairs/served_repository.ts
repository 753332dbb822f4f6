/** The model repository of three models: `dct_512` beside both towers of ViT-B/32 with seeded weights. */
import { ModelFolder } from "../../models/repository/model_folder.ts";
import { MODEL_REPOSITORY } from "../models/repository_manifests.ts";
import { makeSeededRepository, SEEDED_REPOSITORY } from "../models/seeded_repository.ts";
import { readMerges } from "../tokens/read_tokens.ts";
import { MODELS } from "./known_inputs.ts";

/**
 * Makes it.
 *
 * @param isKept Whether towers that are there may stay as they are.
 * @throws {Error} where CLIP's vocabulary is missing, or the exporter fails.
 */
export async function makeServedRepository(isKept: boolean): Promise<void> {
  const merges = readMerges();
  if (merges === undefined) {
    throw new Error("Run python3.11 testing/tokens/make_vocabulary.py first");
  }
  const towers = [MODELS.image, MODELS.text];
  if (!isKept || !await areMade(towers)) await makeSeededRepository(towers);
  const { text, dct } = MODELS;
  await Deno.writeTextFile(
    new ModelFolder(SEEDED_REPOSITORY, text).pathOf("vocabulary.txt"),
    merges,
  );
  const [from, to] = [MODEL_REPOSITORY, SEEDED_REPOSITORY].map((repository) =>
    new ModelFolder(repository, dct)
  ) as [ModelFolder, ModelFolder];
  await Deno.mkdir(to.path, { recursive: true });
  for (const name of ["manifest.json", "golden.json"] as const) {
    await Deno.copyFile(from.pathOf(name), to.pathOf(name));
  }
}

async function areMade(models: readonly string[]): Promise<boolean> {
  const folders = models.map((model) => new ModelFolder(SEEDED_REPOSITORY, model));
  return (await Promise.all(folders.map((folder) => folder.has("model.onnx")))).every(Boolean);
}
