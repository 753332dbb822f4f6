/** Reads a model's folder in the repository. */
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { buildModel } from "../export/export_model.ts";
import { type Golden, parseGolden } from "../contract/golden.ts";
import { type ModelManifest, parseManifest } from "../contract/manifest.ts";

/** What every engine needs to know of a model. */
export interface ModelDescription {
  readonly manifest: ModelManifest;
  readonly golden: Golden;
}

/** A model as the embedded engine needs it. */
export interface ModelSource {
  /** Path of the ONNX file, or its bytes where it was built on the spot. */
  readonly model: string | Uint8Array;
  /** SHA-256 of the ONNX file, hex. */
  readonly modelDigest: string;
}

/**
 * Reads manifest and golden record of a model.
 *
 * @throws {Error} when the folder has none, or they are malformed.
 */
export async function readModelDescription(
  repository: URL,
  name: string,
): Promise<ModelDescription> {
  const folder = new URL(`${name}/`, repository);
  const [manifest, golden] = await Promise.all([
    readText(new URL("manifest.json", folder), name),
    readText(new URL("golden.json", folder), name),
  ]);
  return { manifest: parseManifest(manifest), golden: parseGolden(golden) };
}

/**
 * Finds a model's ONNX file. One without weights is built on the spot when its file is not there, so that a fresh
 * clone serves it without any preparation.
 *
 * @throws {Error} when the file cannot be read.
 */
export async function findModel(repository: URL, manifest: ModelManifest): Promise<ModelSource> {
  const path = fileURLToPath(new URL(`${manifest.name}/1/model.onnx`, repository));
  try {
    return { model: path, modelDigest: await fileDigest(path) };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    const model = buildModel(manifest);
    return { model, modelDigest: createHash("sha256").update(model).digest("hex") };
  }
}

/** Piece by piece, since models with weights have hundreds of megabytes. */
async function fileDigest(path: string): Promise<string> {
  const hash = createHash("sha256");
  using file = await Deno.open(path);
  for await (const chunk of file.readable) hash.update(chunk);
  return hash.digest("hex");
}

async function readText(file: URL, model: string): Promise<string> {
  try {
    return await Deno.readTextFile(file);
  } catch (cause) {
    throw new Error(
      `Cannot serve model ${model}: ${file.pathname} is not readable; deno task model ${model} makes it`,
      { cause },
    );
  }
}
