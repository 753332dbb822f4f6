/** Reads a model's folder in the repository. */
import { createHash } from "node:crypto";
import { buildModel } from "../../exporter/export_model.ts";
import { type ModelManifest, parseManifest } from "../../model/manifest.ts";

/** A model as the embedded engine needs it. */
export interface ModelFiles {
  readonly manifest: ModelManifest;
  /** The ONNX file. */
  readonly model: Uint8Array;
  /** SHA-256 of the ONNX file, hex. */
  readonly modelDigest: string;
  /** Text of `golden.json`. */
  readonly golden: string;
}

/**
 * Reads manifest, golden and ONNX file of a model. One without weights is built on the spot when its file is
 * not there, so that a fresh clone serves it without any preparation.
 *
 * @throws {Error} when the folder or the file of a model with weights is missing.
 */
export async function readModelFiles(repository: URL, name: string): Promise<ModelFiles> {
  const folder = new URL(`${name}/`, repository);
  const [manifestText, golden] = await Promise.all([
    readText(new URL("manifest.json", folder), name),
    readText(new URL("golden.json", folder), name),
  ]);
  const manifest = parseManifest(manifestText);
  const model = await readModel(folder, manifest);
  const modelDigest = createHash("sha256").update(model).digest("hex");
  return { manifest, model, modelDigest, golden };
}

async function readModel(folder: URL, manifest: ModelManifest): Promise<Uint8Array> {
  try {
    return await Deno.readFile(new URL("1/model.onnx", folder));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return buildModel(manifest);
  }
}

async function readText(file: URL, model: string): Promise<string> {
  try {
    return await Deno.readTextFile(file);
  } catch (cause) {
    throw new Error(`Cannot serve model ${model}: ${file.pathname} is not readable`, { cause });
  }
}
