/** Finds a model by its name, or says in words what is in the way. */
import { nearestName } from "../../command/nearest_name.ts";
import { listModels, ModelFolder } from "./model_folder.ts";

/** Why a repository or a model in it cannot be used; the message is for whoever named them. */
export class ModelNotFoundError extends Error {
  override readonly name = "ModelNotFoundError";
}

/**
 * Names of the models in a repository, sorted.
 *
 * @throws {ModelNotFoundError} when it is not there, no folder, or may not be read.
 */
export async function modelsOf(repository: string): Promise<string[]> {
  try {
    return await listModels(repository);
  } catch (cause) {
    throw new ModelNotFoundError(
      `Cannot read model repository ${repository}: ${reasonOf(cause)}`,
      { cause },
    );
  }
}

/**
 * Names of the models in a repository that must have some, sorted.
 *
 * @throws {ModelNotFoundError} as `modelsOf()`, and when it has none.
 */
export async function someModelsOf(repository: string): Promise<string[]> {
  const names = await modelsOf(repository);
  if (names.length > 0) return names;
  throw new ModelNotFoundError(`Cannot use model repository ${repository}: ${noModels("NAME")}`);
}

/**
 * A model's folder, which has a manifest; the version need not be there.
 *
 * @throws {ModelNotFoundError} as `modelsOf()`, and when there is no model of that name, or its folder may not be read.
 */
export async function findModel(
  repository: string,
  name: string,
  version?: string,
): Promise<ModelFolder> {
  const folder = new ModelFolder(repository, name, version);
  if (await folder.has("manifest.json")) return folder;
  const names = await modelsOf(repository);
  await assertReadable(folder, repository);
  throw unknownModel(repository, name, names);
}

/** A repository that can be listed may have folders that cannot be looked into. */
async function assertReadable(folder: ModelFolder, repository: string): Promise<void> {
  try {
    await Deno.stat(folder.pathOf("manifest.json"));
  } catch (cause) {
    const { NotADirectory, NotFound } = Deno.errors;
    if (cause instanceof NotFound || cause instanceof NotADirectory) return;
    throw new ModelNotFoundError(
      `Cannot read model ${folder.name} in repository ${repository}: ${reasonOf(cause)}`,
      { cause },
    );
  }
}

/** The error for a name that is none of those there are. */
export function unknownModel(
  repository: string,
  name: string,
  names: readonly string[],
): ModelNotFoundError {
  const nearest = nearestName(name, names);
  const hint = name.includes("/")
    ? "one of the model hub is hf-hub:OWNER/NAME; "
    : nearest === undefined
    ? ""
    : `did you mean ${nearest}? `;
  const list = names.length === 0 ? noModels(name) : `there are ${names.join(", ")}`;
  return new ModelNotFoundError(
    `Cannot find model ${name} in repository ${repository}: ${hint}${list}`,
  );
}

function noModels(wanted: string): string {
  return `it has no folder with a manifest.json: deno task model ${wanted} --repository DIR begins one`;
}

function reasonOf(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "there is no such folder";
  if (error instanceof Deno.errors.NotADirectory) return "it is no folder";
  if (error instanceof Deno.errors.PermissionDenied) return "this user may not read it";
  if (error instanceof Deno.errors.NotCapable) {
    return "Deno was not allowed to read it, as --allow-read does not name it: deno task start does";
  }
  return error instanceof Error ? error.message : String(error);
}
