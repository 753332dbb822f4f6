/** The model repository: a folder a model, with its manifest and what is made from it. */
import { type Golden, parseGolden } from "../contract/golden.ts";
import { type ModelManifest, parseManifest } from "../contract/manifest.ts";
import { fileSha256 } from "../weights/weights.ts";

/** Element by element; CPUs of other kinds add in another order. */
const GOLDEN_TOLERANCE = 1e-4;

/** Names of the models in a repository, sorted. */
export async function listModels(repository: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(repository)) {
    if (isDirectory && await exists(`${repository}/${name}/manifest.json`)) names.push(name);
  }
  return names.sort();
}

/**
 * Reads a model's manifest.
 *
 * @throws {SyntaxError} when it is no manifest, or that of another model.
 * @throws {Deno.errors.NotFound} when there is none.
 */
export async function readManifest(repository: string, name: string): Promise<ModelManifest> {
  const manifest = parseManifest(await Deno.readTextFile(`${repository}/${name}/manifest.json`));
  if (manifest.name !== name) {
    throw new SyntaxError(
      `Cannot read model manifest: name must be ${name}: current value is ${manifest.name}`,
    );
  }
  return manifest;
}

/** What the files beside a manifest should hold. */
export interface ExpectedFiles {
  /** Text of `config.pbtxt`. */
  readonly config: string;
  /** What `golden.json` should say; nothing when it takes weights to know. */
  readonly golden: Golden | undefined;
}

/**
 * Compares the files in a model's folder with what they should be; returns the paths that differ. `golden.json` of a
 * model with weights may be missing, but must be of the ONNX file that is there.
 */
export async function findStaleFiles(
  repository: string,
  name: string,
  { config, golden }: ExpectedFiles,
): Promise<string[]> {
  const folder = `${repository}/${name}`;
  const stale: string[] = [];
  if (await readTextIfThere(`${folder}/config.pbtxt`) !== config) stale.push("config.pbtxt");
  const goldenText = await readTextIfThere(`${folder}/golden.json`);
  const current = goldenText === undefined ? undefined : parseGolden(goldenText);
  const isStale = golden === undefined
    ? current !== undefined && !await isOfModel(current, `${folder}/1/model.onnx`)
    : current === undefined || !isSameGolden(current, golden);
  if (isStale) stale.push("golden.json");
  return stale;
}

async function isOfModel(golden: Golden, path: string): Promise<boolean> {
  return await exists(path) && await fileSha256(path) === golden.modelSha256;
}

function isSameGolden(a: Golden, b: Golden): boolean {
  return a.photo === b.photo && a.inputSha256 === b.inputSha256 &&
    a.modelSha256 === b.modelSha256 && a.embedding.length === b.embedding.length &&
    a.embedding.every((element, index) =>
      Math.abs(element - (b.embedding[index] as number)) <= GOLDEN_TOLERANCE
    );
}

async function readTextIfThere(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
