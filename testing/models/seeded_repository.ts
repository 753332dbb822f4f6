/**
 * `openclip_vit_b32`, its text tower and their variants with seeded weights in full size, made by the exporter in a
 * repository of their own, since the manifests of the real one pin the hub's weights.
 */
import { fileURLToPath } from "node:url";
import type { TextManifest } from "../../models/contract/manifest.ts";
import { ExportedModel } from "../../models/export/export_run.ts";
import { ModelFolder } from "../../models/repository/model_folder.ts";
import { fileSha256 } from "../../models/weights/file_sha256.ts";
import { Safetensors } from "../../models/weights/safetensors.ts";
import { goldenText } from "./golden_text.ts";
import {
  readModelManifest,
  readRepositoryManifest,
  readTextManifest,
} from "./repository_manifests.ts";
import { writeSafetensors } from "./safetensors_file.ts";
import { seededTensor, textShapes, visualShapes } from "./seeded_weights.ts";

/** Where everything of it lies; never committed. */
export const SEEDED_FOLDER = fileURLToPath(new URL("../../.cache/seeded/", import.meta.url));
/** The model repository inside. */
export const SEEDED_REPOSITORY = `${SEEDED_FOLDER}repository`;

/** The seed of `full_goldens/`. */
const SEED = 1;
const BASE = "openclip_vit_b32";
const TEXT_BASE = "openclip_vit_b32_text";

/**
 * Makes the models, 605 MB of weights first, and passes on what the exporter says.
 *
 * @throws {Error} when the exporter fails.
 */
export async function makeSeededRepository(models: readonly string[]): Promise<void> {
  const weights = `${SEEDED_FOLDER}weights.safetensors`;
  for (const name of new Set([BASE, TEXT_BASE, ...models])) {
    const folder = `${SEEDED_REPOSITORY}/${name}`;
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeTextFile(
      `${folder}/manifest.json`,
      JSON.stringify(unpinned(readModelManifest(name)), null, 2),
    );
  }
  await writeSafetensors(
    weights,
    [
      ...textShapes(readTextManifest(TEXT_BASE)),
      ...visualShapes(readRepositoryManifest(BASE)),
    ].map((shape) => seededTensor(shape, SEED)),
  );
  const isText = (name: string) => readModelManifest(name).modality === "text";
  const images = models.filter((name) => !isText(name));
  if (images.length > 0) await runExporter(images, weights);
  for (const name of models.filter(isText)) {
    await exportText(unpinned(readTextManifest(name)), weights);
  }
}

/** The manifest without the digest of the hub's weights. */
function unpinned<Manifest extends { weights?: { sha256?: string | undefined } | undefined }>(
  manifest: Manifest,
): Manifest {
  const { sha256: _, ...weights } = manifest.weights ?? {};
  return { ...manifest, weights };
}

async function runExporter(models: readonly string[], weights: string): Promise<void> {
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-P=model", "--allow-write=.cache", "models/export/main.ts", ...models]
      .concat("--repository", SEEDED_REPOSITORY, "--weights", weights),
    stdout: "inherit",
    stderr: "inherit",
  }).spawn().status;
  if (!success) throw new Error(`Cannot export ${models.join(", ")} with seeded weights`);
}

/** In this process: the exporter's command would ask the hub for the tokenizer's vocabulary. */
async function exportText(manifest: TextManifest, path: string): Promise<void> {
  using weights = await Safetensors.open(path);
  await using model = await ExportedModel.make({
    folder: new ModelFolder(SEEDED_REPOSITORY, manifest.name),
    manifest,
    reference: manifest.reference && unpinned(readTextManifest(manifest.reference.model)),
    checkpoint: { weights, sha256: await fileSha256(path) },
    golden: goldenText(manifest),
  });
  await model.place();
}
