/** From the model's input to normalised pixels, inside the graph. */
import type { ImageManifest } from "../contract/manifest.ts";
import type { OnnxGraph, TensorName } from "./onnx_graph.ts";

/**
 * Gives FP32 [N, 3, size, size], normalised as the manifest says. An FP32 input is that already. A UINT8 input
 * [N, size, size, 3] becomes it by (x / 255 − mean) / std: the same operations in the same order as in Python and in
 * the gateway, each rounded to f32, so the same bits.
 */
export function addImageInput(graph: OnnxGraph, manifest: ImageManifest): TensorName {
  const { input, preprocess: { mean, std } } = manifest;
  if (input.datatype === "FP32") return input.name;
  const channels = (name: string, values: readonly number[]) =>
    graph.constant(`pixel_${name}`, [3], Float32Array.from(values));
  const levels = graph.node("levels", { type: "Cast", attributes: { to: 1 } }, [input.name]);
  const values = graph.node("values", { type: "Div" }, [
    levels,
    graph.constant("level_max", [], new Float32Array([255])),
  ]);
  const centred = graph.node("centred", { type: "Sub" }, [values, channels("mean", mean)]);
  const pixels = graph.node("pixels", { type: "Div" }, [centred, channels("std", std)]);
  return graph.node("planar_pixels", {
    type: "Transpose",
    attributes: { perm: [0, 3, 1, 2] },
  }, [pixels]);
}
