/** Which models of a repository Triton can serve. */
import { writeFileAtomically } from "../../models/weights/atomic_file.ts";
import { configPbtxt } from "../../models/export/config_pbtxt.ts";
import { buildModel } from "../../models/graph/build_model.ts";
import { modelsOf, unknownModel } from "../../models/repository/find_model.ts";
import { ModelFolder } from "../../models/repository/model_folder.ts";

/** Names of models, sorted. */
export interface ServedModels {
  /** Those with everything Triton needs. */
  readonly complete: string[];
  /** Those whose weights have yet to be fetched. */
  readonly incomplete: string[];
}

/**
 * Lists the models of a repository; those without weights are made complete on the spot, so that a fresh clone needs
 * no preparation. One incomplete model among the rest would keep Triton from starting.
 */
export async function prepareModels(repository: string): Promise<ServedModels> {
  const complete: string[] = [];
  const incomplete: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(repository)) {
    if (!isDirectory) continue;
    (await isComplete(new ModelFolder(repository, name)) ? complete : incomplete).push(name);
  }
  return { complete: complete.sort(), incomplete: incomplete.sort() };
}

/**
 * Makes sure that a repository can be read and has a folder for each model.
 *
 * @throws {ModelNotFoundError} when it has not.
 */
export async function assertModels(repository: string, names: readonly string[]): Promise<void> {
  const known = await modelsOf(repository);
  for (const name of names) {
    const { path } = new ModelFolder(repository, name);
    const isFolder = await Deno.stat(path).then((info) => info.isDirectory, () => false);
    if (!isFolder) throw unknownModel(repository, name, known);
  }
}

/** What Triton needs of a model beside its manifest. */
export interface TritonModelFiles {
  /** Text of config.pbtxt. */
  readonly config: string;
  /** The ONNX file. */
  readonly model: Uint8Array<ArrayBuffer>;
}

/** The files of a model that needs no weights, `undefined` for one that does. */
export async function weightlessModel(folder: ModelFolder): Promise<TritonModelFiles | undefined> {
  const manifest = await folder.manifest();
  if (manifest.weights !== undefined) return undefined;
  return { config: configPbtxt(manifest), model: buildModel(manifest) };
}

async function isComplete(folder: ModelFolder): Promise<boolean> {
  // A version folder with anything in it: backends other than ours have other files.
  const version = await listNames(`${folder.path}/1`);
  if (version.length > 0 && await folder.has("config.pbtxt")) return true;
  if (!await folder.has("manifest.json")) return false;
  const made = await weightlessModel(folder);
  if (made === undefined) return false;
  await Deno.mkdir(`${folder.path}/1`, { recursive: true });
  await writeFileAtomically(folder.pathOf("config.pbtxt"), new TextEncoder().encode(made.config));
  await writeFileAtomically(folder.pathOf("model.onnx"), made.model);
  return true;
}

/** Names in a folder; none when there is no such folder. */
async function listNames(folder: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
