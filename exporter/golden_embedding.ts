/** Runs a model once, on a known input, as proof that the exported file works and as a reference for engines. */
import { InferenceSession, Tensor } from "onnxruntime-node";
import { elementCount, type ModelManifest, type TensorSpec } from "../model/manifest.ts";

/** A picture's name and the model input made from it: f32 [3, size, size], normalised. */
export interface GoldenInput {
  readonly photo: string;
  readonly input: Float32Array;
}

/**
 * The embedding of one input, f32 [dim], not normalised, by ONNX Runtime on the CPU.
 *
 * @throws {Error} when the model does not load, its tensors have other names or shapes than the manifest's, or the
 * embedding has an element that is not finite, or only zeros.
 */
export async function goldenEmbedding(
  model: Uint8Array,
  manifest: ModelManifest,
  input: Float32Array,
): Promise<Float32Array> {
  const session = await InferenceSession.create(model, { intraOpNumThreads: 1 });
  try {
    const { [manifest.output.name]: output } = await session.run({
      [manifest.input.name]: new Tensor("float32", input, [1, ...manifest.input.shape]),
    });
    return readEmbedding(output, manifest.output);
  } finally {
    await session.release();
  }
}

/** The data of an output tensor of one item, after checking it. */
function readEmbedding(tensor: Tensor | undefined, expected: TensorSpec): Float32Array {
  const dim = elementCount(expected);
  if (!(tensor?.data instanceof Float32Array) || tensor.data.length !== dim) {
    throw new Error(
      `Cannot use the model as ${expected.name} must hold ${dim} f32: current value is ${
        tensor === undefined ? "no such output" : `${tensor.type} [${tensor.dims}]`
      }`,
    );
  }
  if (!tensor.data.every(Number.isFinite) || tensor.data.every((element) => element === 0)) {
    throw new Error(
      `Cannot use the model as ${expected.name} must be finite and not only zeros`,
    );
  }
  return tensor.data;
}
