/**
 * A tower under construction, and the types of its numbers.
 *
 * In `float16`, matrix products and what lies between two of them compute in FP16: the patches' convolution, the linear
 * layers, attention with its softmax, the GELU. FP32 stay the input, the stream that blocks add to, every LayerNorm and
 * the embedding. The graph says so itself, by Casts, since TensorRT 11 computes what is written and nothing else.
 */
import type { TowerArchitecture } from "../contract/architecture.ts";
import { TensorProto_DataType as DataType } from "../../proto/gen/onnx_pb.ts";
import { roundToHalf } from "./half.ts";
import type { OnnxGraph, TensorName } from "./onnx_graph.ts";

/** A checkpoint, as far as layers care. */
export interface Weights {
  /** Of all tensors there are, by name; nothing where there is whatever is asked for. */
  readonly shapes?: ReadonlyMap<string, readonly number[]> | undefined;
  /**
   * Promises a tensor as f32, row-major; the function reads it, the same elements at every call.
   *
   * @throws {RangeError} when there is none of that name and shape.
   */
  tensor(name: string, shape: readonly number[]): () => Promise<Float32Array>;
}

/** A tower under construction. */
export interface Tower {
  readonly graph: OnnxGraph;
  readonly architecture: TowerArchitecture;
  readonly weights: Weights;
}

/** Adds a tensor of the checkpoint under its own name, FP32. */
export function addWeight(tower: Tower, name: string, shape: readonly number[]): TensorName {
  return addComputed(tower, name, { shape, load: tower.weights.tensor(name, shape) });
}

/** The same, but what `load` makes of it. */
export function addComputed({ graph }: Tower, name: string, { shape, load }: Computed): TensorName {
  return graph.constant(name, shape, { datatype: "FP32", load });
}

/** A constant that is made when the file is written. */
export interface Computed {
  readonly shape: readonly number[];
  /** Fulfils with as many elements as the shape holds, the same ones at every call. */
  load(): Promise<Float32Array>;
}

/** Adds a tensor of the checkpoint in the type that products compute in: FP16 in `float16`. */
export function addFactor(tower: Tower, name: string, shape: readonly number[]): TensorName {
  return addComputedFactor(tower, name, { shape, load: tower.weights.tensor(name, shape) });
}

/** The same, but what `load` makes of it. */
export function addComputedFactor(tower: Tower, name: string, factor: Computed): TensorName {
  if (!isHalf(tower)) return addComputed(tower, name, factor);
  return tower.graph.constant(name, factor.shape, {
    datatype: "FP16",
    load: async () => roundToHalf(name, await factor.load()),
  });
}

/** Adds a number in the type that products compute in. */
export function addScalar(tower: Tower, name: TensorName, value: number): TensorName {
  const elements = new Float32Array([value]);
  return tower.graph.constant(name, [], isHalf(tower) ? roundToHalf(name, elements) : elements);
}

/**
 * Adds products between an FP32 tensor and an FP32 result called `output`: in `float16` a Cast before and one behind.
 * `build` adds them between the two names it is given, and every constant in the type that products compute in.
 */
export function addProducts(
  tower: Tower,
  { input, output }: { readonly input: TensorName; readonly output: TensorName },
  build: (input: TensorName, output: TensorName) => TensorName,
): TensorName {
  if (!isHalf(tower)) return build(input, output);
  const cast = (name: TensorName, to: DataType, from: TensorName) =>
    tower.graph.node(name, { type: "Cast", attributes: { to } }, [from]);
  const narrow = cast(`${output}.input_f16`, DataType.FLOAT16, input);
  return cast(output, DataType.FLOAT, build(narrow, `${output}.f16`));
}

function isHalf({ architecture }: Tower): boolean {
  return architecture.quantization === "float16";
}
