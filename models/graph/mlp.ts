/** The MLP of a block: two linear layers with an activation between them. */
import { addLinear, type LinearTensors } from "./layers.ts";
import type { TensorName } from "./onnx_graph.ts";
import { addScalar, type Tower } from "./tower.ts";

/** Where an MLP stands, and what of the checkpoint it takes. */
export interface MlpPlace {
  /** Begins the names of its nodes. */
  readonly graph: string;
  readonly output: TensorName;
  readonly first: LinearTensors;
  readonly second: LinearTensors;
}

/** [.., width] → [.., mlp_width] → [.., width]. */
export function addMlp(tower: Tower, input: TensorName, place: MlpPlace): TensorName {
  const { width, mlp_width, activation } = tower.architecture;
  const wide = addLinear(tower, input, {
    name: `${place.graph}.wide`,
    ...place.first,
    inWidth: width,
    outWidth: mlp_width,
  });
  return addLinear(tower, ACTIVATIONS[activation](tower, wide, `${place.graph}.gelu`), {
    name: place.output,
    ...place.second,
    inWidth: mlp_width,
    outWidth: width,
  });
}

type Activation = (tower: Tower, x: TensorName, name: TensorName) => TensorName;

const ACTIVATIONS: Readonly<Record<Tower["architecture"]["activation"], Activation>> = {
  gelu_erf: addGelu,
  quick_gelu: addQuickGelu,
  gelu_tanh: addGeluTanh,
};

/** x/2·(1 + erf(x/√2)); no Gelu operator before opset 20. */
function addGelu(tower: Tower, x: TensorName, name: TensorName): TensorName {
  const { graph } = tower;
  const inner = graph.node(`${name}_inner`, { type: "Div" }, [
    x,
    addScalar(tower, `${name}_sqrt_2`, Math.SQRT2),
  ]);
  return addHalfOf(tower, x, {
    name,
    factor: graph.node(`${name}_erf`, { type: "Erf" }, [inner]),
  });
}

/** x/2·(1 + tanh(√(2/π)·(x + 0.044715·x³))), as PyTorch's `approximate="tanh"`. */
function addGeluTanh(tower: Tower, x: TensorName, name: TensorName): TensorName {
  const { graph } = tower;
  const times = (result: string, a: TensorName, b: TensorName) =>
    graph.node(`${name}_${result}`, { type: "Mul" }, [a, b]);
  const scalar = (result: string, value: number) => addScalar(tower, `${name}_${result}`, value);
  const cube = times("cube", times("square", x, x), x);
  const sum = graph.node(`${name}_sum`, { type: "Add" }, [
    x,
    times("small_cube", cube, scalar("cube_factor", 0.044715)),
  ]);
  const inner = times("inner", sum, scalar("sum_factor", Math.sqrt(2 / Math.PI)));
  return addHalfOf(tower, x, {
    name,
    factor: graph.node(`${name}_tanh`, { type: "Tanh" }, [inner]),
  });
}

/** x·σ(1.702·x). */
function addQuickGelu(tower: Tower, x: TensorName, name: TensorName): TensorName {
  const { graph } = tower;
  const inner = graph.node(`${name}_inner`, { type: "Mul" }, [
    x,
    addScalar(tower, `${name}_steepness`, 1.702),
  ]);
  return graph.node(name, { type: "Mul" }, [
    x,
    graph.node(`${name}_sigmoid`, { type: "Sigmoid" }, [inner]),
  ]);
}

/** x/2·(1 + factor), in the order of operations that ONNX Runtime looks for. */
function addHalfOf(
  tower: Tower,
  x: TensorName,
  { name, factor }: { readonly name: TensorName; readonly factor: TensorName },
): TensorName {
  const { graph } = tower;
  const share = graph.node(`${name}_share`, { type: "Add" }, [
    factor,
    addScalar(tower, `${name}_one`, 1),
  ]);
  const twice = graph.node(`${name}_twice`, { type: "Mul" }, [x, share]);
  return graph.node(name, { type: "Mul" }, [twice, addScalar(tower, `${name}_half`, 0.5)]);
}
