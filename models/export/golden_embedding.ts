/** Runs a model once, on a known picture or sentence, as proof that the exported file works and as a reference for engines. */
import { InferenceSession, Tensor } from "onnxruntime-node";
import { elementCount, type ModelManifest, type TensorSpec } from "../contract/manifest.ts";

/** The sentence of golden records: marks, a letter that is none of ASCII, and figures. */
export const GOLDEN_TEXT = "Two cafés, one rainy night: neon & wet asphalt (f/1.8)!";

/** A picture's name and the model input made from it. */
export interface GoldenPhoto {
  readonly sample: { readonly photo: string };
  /** u8 [size, size, 3], RGB. */
  readonly crop: Uint8Array;
  /** The same as f32 [3, size, size], normalised. */
  readonly input: Float32Array;
}

/** A sentence and the model input made from it. */
export interface GoldenText {
  readonly sample: { readonly text: string };
  /** i32 [context_length], as the manifest's tokenizer has it. */
  readonly ids: Int32Array;
}

/** What a model is run on. */
export type GoldenInput = GoldenPhoto | GoldenText;

/**
 * The embedding of one item, f32 [dim], not normalised, by ONNX Runtime on the CPU.
 *
 * @param model Path of the ONNX file, or its bytes.
 * @throws {TypeError} when a model of texts is given a picture, or the reverse.
 * @throws {Error} when the model does not load, its tensors have other names or shapes than the
 * manifest's, or the embedding has an element that is not finite, or only zeros.
 */
export async function goldenEmbedding(
  model: string | Uint8Array,
  { input, output }: Pick<ModelManifest, "input" | "output">,
  golden: Pick<GoldenPhoto, "crop" | "input"> | Pick<GoldenText, "ids">,
): Promise<Float32Array> {
  const tensor = inputTensor(input, golden);
  const session = await create(model);
  try {
    const { [output.name]: embedding } = await session.run({ [input.name]: tensor });
    return readEmbedding(embedding, output);
  } finally {
    await session.release();
  }
}

function inputTensor(
  { datatype, shape }: TensorSpec,
  golden: Parameters<typeof goldenEmbedding>[2],
): Tensor {
  const dims = [1, ...shape];
  if ((datatype === "INT32") !== ("ids" in golden)) {
    throw new TypeError(`Cannot make ${datatype} of ${"ids" in golden ? "ids" : "a picture"}`);
  }
  if ("ids" in golden) return new Tensor("int32", golden.ids, dims);
  return datatype === "FP32"
    ? new Tensor("float32", golden.input, dims)
    : new Tensor("uint8", golden.crop, dims);
}

/** Its declarations take either, but not one that may be either. */
function create(model: string | Uint8Array): Promise<InferenceSession> {
  const options = { intraOpNumThreads: 1 };
  return typeof model === "string"
    ? InferenceSession.create(model, options)
    : InferenceSession.create(model, options);
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
