/** Models with the tensors of those in the repository, for tests of whatever is around a model. */
import { buildModel, modelFiles } from "../../models/graph/build_model.ts";
import type { ModelManifest } from "../../models/contract/manifest.ts";
import { SEEDED_WEIGHTS } from "./run_graph.ts";
import { wholeFile } from "./whole_file.ts";

/** Towers of 100,000 parameters in place of 88 million, and of 400,000, most of them the vocabulary's, in place of 63. */
const TINY = {
  image: { width: 24, layers: 1, heads: 2, mlp_width: 48 },
  text: { width: 8, layers: 2, heads: 2, mlp_width: 16 },
} as const;

/**
 * The ONNX file of a model: itself when it needs no weights, else a tower of its kind that is tiny and has seeded
 * weights, so that 32 items take milliseconds. Names, datatypes and shapes of inputs and outputs are the manifest's, and so
 * are the operators; variants of one model have the same weights.
 */
export async function standInModel(manifest: ModelManifest): Promise<Uint8Array<ArrayBuffer>> {
  const { architecture, modality } = manifest;
  if (architecture.type === "dct") return buildModel(manifest);
  const tiny = {
    ...manifest,
    architecture: { ...architecture, ...TINY[modality] },
  } as ModelManifest;
  return await wholeFile(modelFiles(tiny, { weights: SEEDED_WEIGHTS, sha256: "" }));
}
