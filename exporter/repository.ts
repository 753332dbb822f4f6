/** The model repository: a folder a model, with its manifest and what is made from it. */
import { formatGolden, parseGolden } from "../model/golden.ts";
import { type ModelManifest, parseManifest } from "../model/manifest.ts";
import { writeFileAtomically } from "./atomic_file.ts";
import { configPbtxt } from "./config_pbtxt.ts";
import { buildModel } from "./export_model.ts";
import { goldenEmbedding, type GoldenInput } from "./golden_embedding.ts";

/** Element by element; CPUs of other kinds add in another order. */
const GOLDEN_TOLERANCE = 1e-4;

/** A file of the repository as it should be. */
export interface ModelFile {
  /** Path inside the model's folder, e.g. `1/model.onnx`. */
  readonly path: string;
  readonly content: Uint8Array<ArrayBuffer>;
  /** Of the content, in hex. */
  readonly sha256: string;
}

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

/**
 * Builds every file of a model in memory, and runs the model on the golden input for `golden.json`.
 *
 * @throws {Error} when the model does not run or gives no usable embedding.
 */
export async function makeModelFiles(
  manifest: ModelManifest,
  { photo, input }: GoldenInput,
): Promise<ModelFile[]> {
  const model = await describeFile("1/model.onnx", buildModel(manifest));
  const golden = formatGolden({
    photo,
    inputSha256: await sha256Hex(new Uint8Array(input.slice().buffer)),
    modelSha256: model.sha256,
    embedding: await goldenEmbedding(model.content, manifest, input),
  });
  return [
    model,
    await describeFile("config.pbtxt", new TextEncoder().encode(configPbtxt(manifest))),
    await describeFile("golden.json", new TextEncoder().encode(golden)),
  ];
}

/** Writes the files into the model's folder, each one whole or not at all. */
export async function writeModelFiles(
  repository: string,
  name: string,
  files: readonly ModelFile[],
): Promise<void> {
  for (const { path, content } of files) {
    await writeFileAtomically(`${repository}/${name}/${path}`, content);
  }
}

/**
 * Compares the committed files with what they should be; returns the paths that differ. The model itself is not
 * committed: its digest stands in `golden.json`.
 */
export async function findStaleFiles(
  repository: string,
  name: string,
  files: readonly ModelFile[],
): Promise<string[]> {
  const stale: string[] = [];
  for (const { path, content } of files) {
    if (path.endsWith(".onnx")) continue;
    const expected = new TextDecoder().decode(content);
    const current = await readTextIfThere(`${repository}/${name}/${path}`);
    const isSame = path === "golden.json" ? isSameGolden : Object.is;
    if (current === undefined || !isSame(current, expected)) stale.push(path);
  }
  return stale;
}

function isSameGolden(current: string, expected: string): boolean {
  const [a, b] = [parseGolden(current), parseGolden(expected)];
  return a.photo === b.photo && a.inputSha256 === b.inputSha256 &&
    a.modelSha256 === b.modelSha256 && a.embedding.length === b.embedding.length &&
    a.embedding.every((element, index) =>
      Math.abs(element - (b.embedding[index] as number)) <= GOLDEN_TOLERANCE
    );
}

async function describeFile(path: string, content: Uint8Array<ArrayBuffer>): Promise<ModelFile> {
  return { path, content, sha256: await sha256Hex(content) };
}

async function sha256Hex(content: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", content)).toHex();
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
