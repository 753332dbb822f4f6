/** Which files beside a manifest are not what the exporter would write now. */
import { isDeepStrictEqual } from "node:util";
import type { Golden } from "../contract/golden.ts";
import type { ModelFile, ModelFolder } from "../repository/model_folder.ts";

/** Element by element; CPUs of other kinds add in another order. */
const GOLDEN_TOLERANCE = 1e-4;

/** What the files beside a manifest should hold. */
export interface ExpectedFiles {
  /** Text of `config.pbtxt`. */
  readonly config: string;
  /** What `golden.json` should say; nothing when it takes weights to know. */
  readonly golden: Golden | undefined;
}

/**
 * Compares the files in a model's folder with what they should be; returns those that differ. `golden.json` of a
 * model with weights may be missing, but must be of the ONNX file that is there.
 */
export async function findStaleFiles(
  folder: ModelFolder,
  { config, golden }: ExpectedFiles,
): Promise<ModelFile[]> {
  const stale: ModelFile[] = [];
  if (await readConfig(folder) !== config) stale.push("config.pbtxt");
  const current = await folder.has("golden.json") ? await folder.golden() : undefined;
  const isStale = golden === undefined
    ? current !== undefined && !await isOfModel(current, folder)
    : current === undefined || !isSameGolden(current, golden);
  if (isStale) stale.push("golden.json");
  return stale;
}

async function readConfig(folder: ModelFolder): Promise<string | undefined> {
  if (!await folder.has("config.pbtxt")) return undefined;
  return await Deno.readTextFile(folder.pathOf("config.pbtxt"));
}

async function isOfModel(golden: Golden, folder: ModelFolder): Promise<boolean> {
  return await folder.digest() === golden.modelSha256;
}

function isSameGolden(a: Golden, b: Golden): boolean {
  return isDeepStrictEqual(a.sample, b.sample) && a.inputSha256 === b.inputSha256 &&
    a.modelSha256 === b.modelSha256 && a.embedding.length === b.embedding.length &&
    a.embedding.every((element, index) =>
      Math.abs(element - (b.embedding[index] as number)) <= GOLDEN_TOLERANCE
    );
}
