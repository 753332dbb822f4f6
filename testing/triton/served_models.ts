/** Which models of a repository Triton can serve. */
import { writeFileAtomically } from "../../models/weights/atomic_file.ts";
import { configPbtxt } from "../../models/export/config_pbtxt.ts";
import { buildModel } from "../../models/export/export_model.ts";
import { parseManifest } from "../../models/contract/manifest.ts";

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
    (await isComplete(`${repository}/${name}`) ? complete : incomplete).push(name);
  }
  return { complete: complete.sort(), incomplete: incomplete.sort() };
}

/** What Triton needs of a model beside its manifest. */
export interface TritonModelFiles {
  /** Text of config.pbtxt. */
  readonly config: string;
  /** The ONNX file. */
  readonly model: Uint8Array<ArrayBuffer>;
}

/** The files of a model that needs no weights, `undefined` for one that does. */
export function weightlessModel(manifestText: string): TritonModelFiles | undefined {
  const manifest = parseManifest(manifestText);
  if (manifest.weights !== undefined) return undefined;
  return { config: configPbtxt(manifest), model: buildModel(manifest) };
}

async function isComplete(folder: string): Promise<boolean> {
  // A version folder with anything in it: backends other than ours have other files.
  const [version, files] = await Promise.all([listNames(`${folder}/1`), listNames(folder)]);
  if (version.length > 0 && files.includes("config.pbtxt")) return true;
  if (!files.includes("manifest.json")) return false;
  const made = weightlessModel(await Deno.readTextFile(`${folder}/manifest.json`));
  if (made === undefined) return false;
  await Deno.mkdir(`${folder}/1`, { recursive: true });
  await writeFileAtomically(`${folder}/config.pbtxt`, new TextEncoder().encode(made.config));
  await writeFileAtomically(`${folder}/1/model.onnx`, made.model);
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
