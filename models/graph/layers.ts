/** The layers that a transformer is made of, as ONNX nodes. */
import type { OnnxGraph, TensorName } from "./onnx_graph.ts";
import { quantizeColumns } from "./quantize.ts";
import { addComputedFactor, addWeight, type Tower } from "./tower.ts";

/** Normalises each token [.., width] to mean 0 and deviation 1, then scales and shifts by the learned `prefix`.*. */
export function addLayerNorm(
  tower: Tower,
  input: TensorName,
  { name, prefix }: { readonly name: TensorName; readonly prefix: string },
): TensorName {
  const { width, layer_norm_epsilon } = tower.architecture;
  return tower.graph.node(name, {
    type: "LayerNormalization",
    attributes: { axis: -1, epsilon: { float: layer_norm_epsilon } },
  }, [
    input,
    addWeight(tower, `${prefix}.weight`, [width]),
    addWeight(tower, `${prefix}.bias`, [width]),
  ]);
}

/** Names in the checkpoint of a layer y = W·x + b. */
export interface LinearTensors {
  /** Of W, [outWidth, inWidth]. */
  readonly weight: string;
  /** Of b, [outWidth]. */
  readonly bias: string;
}

/** A linear layer. */
export interface LinearLayer extends LinearTensors {
  /** Name of its output in the graph. */
  readonly name: TensorName;
  readonly inWidth: number;
  readonly outWidth: number;
  /** Where the layer is `outWidth` rows of a larger one: which part that is, its first row, and how many there are. */
  readonly rows?: { readonly part: string; readonly first: number; readonly of: number };
}

/**
 * Applies a linear layer to each token: [.., inWidth] → [.., outWidth], in the architecture's quantization. In `float16`
 * both are FP16, so it stands inside `addProducts()`.
 */
export function addLinear(tower: Tower, input: TensorName, layer: LinearLayer): TensorName {
  const { graph, architecture, weights } = tower;
  const { name, inWidth, outWidth, rows } = layer;
  const [suffix, first, of] = rows === undefined
    ? ["", 0, outWidth]
    : [`.${rows.part}`, rows.first, rows.of];
  const loadRows = weights.tensor(layer.weight, [of, inWidth]);
  const loadBias = weights.tensor(layer.bias, [of]);
  const factor = {
    name: layer.weight + suffix,
    shape: [inWidth, outWidth] as const,
    load: async () => {
      const all = await loadRows();
      return transpose(all.subarray(first * inWidth, (first + outWidth) * inWidth), inWidth);
    },
  };
  const product = architecture.quantization === "int8_dynamic"
    ? addInt8Product(graph, input, { output: `${name}.product`, ...factor })
    : graph.node(`${name}.product`, { type: "MatMul" }, [
      input,
      addComputedFactor(tower, factor.name, factor),
    ]);
  const bias = addComputedFactor(tower, layer.bias + suffix, {
    shape: [outWidth],
    load: async () => (await loadBias()).slice(first, first + outWidth),
  });
  return graph.node(name, { type: "Add" }, [product, bias]);
}

/**
 * x·W in whole numbers: x rounded to u8 with one scale for the whole tensor, found as it runs, W to i8 with one scale
 * a column. The five nodes stand as ONNX Runtime looks for them, so that it runs them as one.
 */
function addInt8Product(
  graph: OnnxGraph,
  input: TensorName,
  { output, name, shape, load }: {
    readonly output: TensorName;
    readonly name: TensorName;
    readonly shape: readonly [number, number];
    readonly load: () => Promise<Float32Array>;
  },
): TensorName {
  const columns = shape[1];
  const [inputScale, inputZero] = [`${output}.input_scale`, `${output}.input_zero`];
  const rounded = graph.node(`${output}.input`, {
    type: "DynamicQuantizeLinear",
    moreOutputs: [inputScale, inputZero],
  }, [input]);
  const factor = graph.constant(`${name}.i8`, shape, {
    datatype: "INT8",
    load: async () => quantizeColumns(await load(), columns).values,
  });
  const scales = graph.constant(`${name}.scale`, [columns], {
    datatype: "FP32",
    load: async () => quantizeColumns(await load(), columns).scales,
  });
  const whole = graph.node(`${output}.whole`, { type: "MatMulInteger" }, [
    rounded,
    factor,
    inputZero,
  ]);
  const real = graph.node(`${output}.real`, { type: "Cast", attributes: { to: 1 } }, [whole]);
  const scale = graph.node(`${output}.scale`, { type: "Mul" }, [inputScale, scales]);
  return graph.node(output, { type: "Mul" }, [real, scale]);
}

/** Rows of `columns` elements to columns. */
function transpose(matrix: Float32Array, columns: number): Float32Array {
  const rows = matrix.length / columns;
  const result = new Float32Array(matrix.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      result[column * rows + row] = matrix[row * columns + column] as number;
    }
  }
  return result;
}
