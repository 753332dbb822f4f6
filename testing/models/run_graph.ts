/** Runs graphs whose constants come from a formula. */
import { InferenceSession, Tensor } from "onnxruntime-node";
import type { OpenClipVitArchitecture } from "../../models/contract/architecture.ts";
import { OnnxGraph, type TensorName } from "../../models/graph/onnx_graph.ts";
import type { Tower, Weights } from "../../models/graph/tower.ts";
import { seededTensor } from "./seeded_weights.ts";
import { wholeFile } from "./whole_file.ts";

/** Weights for any name and shape. */
export const SEEDED_WEIGHTS: Weights = {
  tensor: (name, shape) => () =>
    Promise.resolve(new Float32Array(seededTensor([name, shape], 1).load().buffer as ArrayBuffer)),
};

/** A tower small enough to look at. */
export const SMALL_TOWER: OpenClipVitArchitecture = {
  type: "open_clip_vit",
  width: 12,
  layers: 1,
  heads: 3,
  patch_size: 2,
  mlp_width: 20,
  activation: "gelu_erf",
  layer_scale: false,
  ln_pre: true,
  pool_type: "tok",
  final_ln_after_pool: false,
  layer_norm_epsilon: 1e-5,
  quantization: "none",
};

/**
 * Builds layers over one input `x`, f32 of the given shape behind the batch, and runs them on it.
 *
 * @returns the output's elements and shape.
 */
export async function runLayers(
  architecture: OpenClipVitArchitecture,
  build: (tower: Tower) => TensorName,
  x: { readonly data: Float32Array; readonly dims: readonly number[] },
): Promise<{ data: Float32Array; dims: readonly number[] }> {
  const graph = new OnnxGraph();
  graph.node("y", { type: "Identity" }, [
    build({ graph, architecture, weights: SEEDED_WEIGHTS }),
  ]);
  const parts = graph.files({
    name: "layers",
    input: { name: "x", datatype: "FP32", shape: x.dims.slice(1) },
    output: { name: "y", datatype: "FP32", shape: [] },
    metadata: {},
  });
  const model = await wholeFile(parts);
  const session = await InferenceSession.create(model, { logSeverityLevel: 3 });
  const { y } = await session.run({ x: new Tensor("float32", x.data, [...x.dims]) });
  await session.release();
  if (y === undefined) throw new Error("Cannot find output y");
  return { data: y.data as Float32Array, dims: y.dims };
}
