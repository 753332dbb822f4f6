/** The manifests that this project brings, for repositories elsewhere. */
import { fileURLToPath } from "node:url";
import type { ModelManifest } from "../contract/manifest.ts";
import { findModel, ModelNotFoundError } from "../repository/find_model.ts";
import { ModelFolder } from "../repository/model_folder.ts";
import { writeFileAtomically } from "../weights/atomic_file.ts";

const OWN_REPOSITORY = fileURLToPath(new URL("../../model_repository", import.meta.url));

/** A model's folder, and whether its manifest was only put there now. */
export interface BegunModel {
  readonly folder: ModelFolder;
  readonly isNew: boolean;
}

/**
 * A model's folder. One of this project's models is begun by its manifest where the repository has none of its name; the
 * repository itself need not be there.
 *
 * @throws {ModelNotFoundError} as `findModel()`, of a repository that is not there by the names of this project's models,
 * and when nothing can be written there.
 */
export async function beginModel(
  repository: string,
  name: string,
  version?: string,
): Promise<BegunModel> {
  const folder = new ModelFolder(repository, name, version);
  const own = new ModelFolder(OWN_REPOSITORY, name);
  if (!await own.has("manifest.json")) {
    const known = await isAbsent(repository) ? OWN_REPOSITORY : repository;
    return { folder: await findModel(known, name, version), isNew: false };
  }
  const place = folder.pathOf("manifest.json");
  if (!await isAbsent(place)) {
    return { folder: await findModel(repository, name, version), isNew: false };
  }
  await copyManifest(own, folder);
  return { folder, isNew: true };
}

async function copyManifest(from: ModelFolder, to: ModelFolder): Promise<void> {
  try {
    const manifest = await Deno.readFile(from.pathOf("manifest.json"));
    await Deno.mkdir(to.path, { recursive: true });
    await writeFileAtomically(to.pathOf("manifest.json"), manifest);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ModelNotFoundError(`Cannot begin model ${to.path}: ${reason}`, { cause });
  }
}

/**
 * The manifest of a model that another one is compared with: the repository's, or this project's.
 *
 * @throws {SyntaxError} when it is malformed.
 * @throws {Error} when it cannot be read.
 */
export async function referenceManifest(repository: string, name: string): Promise<ModelManifest> {
  const folder = new ModelFolder(repository, name);
  const own = new ModelFolder(OWN_REPOSITORY, name);
  const isHere = await folder.has("manifest.json") || !await own.has("manifest.json");
  return await (isHere ? folder : own).manifest();
}

/** Not where it cannot be looked at, or has a file in its path: nothing is to be begun there. */
async function isAbsent(path: string): Promise<boolean> {
  return await Deno.stat(path).then(
    () => false,
    (error) => error instanceof Deno.errors.NotFound,
  );
}
