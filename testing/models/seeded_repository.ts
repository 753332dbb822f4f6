/**
 * `openclip_vit_b32` and its variants with seeded weights in full size, made by the exporter's own command in a
 * repository of their own, since the manifests of the real one pin the hub's weights.
 */
import { fileURLToPath } from "node:url";
import { writeSafetensors } from "./safetensors_file.ts";
import { seededTensor, textTensors, visualShapes } from "./seeded_weights.ts";
import { readRepositoryManifest } from "./repository_manifests.ts";

/** Where everything of it lies; never committed. */
const SEEDED_FOLDER = fileURLToPath(new URL("../../.cache/seeded/", import.meta.url));
/** The model repository inside. */
export const SEEDED_REPOSITORY = `${SEEDED_FOLDER}repository`;

/** The seed of `full_vit_goldens.json`. */
const SEED = 1;
const BASE = "openclip_vit_b32";

/**
 * Makes the models, 605 MB of weights first, and passes on what the exporter says.
 *
 * @throws {Error} when the exporter fails.
 */
export async function makeSeededRepository(models: readonly string[]): Promise<void> {
  const weights = `${SEEDED_FOLDER}weights.safetensors`;
  for (const name of new Set([BASE, ...models])) {
    const { weights: origin, ...manifest } = readRepositoryManifest(name);
    const { sha256: _, ...unpinned } = origin ?? {};
    const folder = `${SEEDED_REPOSITORY}/${name}`;
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeTextFile(
      `${folder}/manifest.json`,
      JSON.stringify({ ...manifest, weights: unpinned }, null, 2),
    );
  }
  await writeSafetensors(weights, [
    ...textTensors(),
    ...visualShapes(readRepositoryManifest(BASE)).map((shape) => seededTensor(shape, SEED)),
  ]);
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-P=model", "--allow-write=.cache", "models/export/main.ts", ...models]
      .concat("--repository", SEEDED_REPOSITORY, "--weights", weights),
    stdout: "inherit",
    stderr: "inherit",
  }).spawn().status;
  if (!success) throw new Error(`Cannot export ${models.join(", ")} with seeded weights`);
}
