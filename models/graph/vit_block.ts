/** One block of a vision transformer: attention between tokens, then an MLP on each, both added to what came in. */
import type { TensorName } from "./onnx_graph.ts";
import { addLayerNorm, addLinear } from "./vit_layers.ts";
import { addProducts, addScalar, type Tower } from "./vit_tower.ts";

/** A block's place. */
export interface BlockPlace {
  readonly index: number;
  /** Tokens that come in: the class token and one a patch. */
  readonly tokens: number;
  /**
   * Whether only the class token goes on from here. Of the last block nothing else is asked, which saves two thirds of
   * its work.
   */
  readonly isLast: boolean;
}

/** Names of a block's tensors, in the graph and in the checkpoint. */
interface BlockNames {
  readonly graph: string;
  readonly checkpoint: string;
}

/** Adds a block: FP32 [N, tokens, width] → the same, or [N, 1, width] of the class token. */
export function addBlock(tower: Tower, input: TensorName, place: BlockPlace): TensorName {
  const { graph } = tower;
  const names = {
    graph: `block_${place.index}`,
    checkpoint: `visual.transformer.resblocks.${place.index}`,
  };
  const residual = place.isLast
    ? addClassToken(tower, input, { name: `${names.graph}.residual`, axis: 1 })
    : input;
  const normalized = addLayerNorm(tower, input, {
    name: `${names.graph}.ln_1`,
    prefix: `${names.checkpoint}.ln_1`,
  });
  const attended = graph.node(`${names.graph}.attended`, { type: "Add" }, [
    residual,
    addProducts(
      tower,
      { input: normalized, output: `${names.graph}.attention` },
      (from, output) => addAttention(tower, from, { output, place, names }),
    ),
  ]);
  const mlpInput = addLayerNorm(tower, attended, {
    name: `${names.graph}.ln_2`,
    prefix: `${names.checkpoint}.ln_2`,
  });
  return graph.node(names.graph, { type: "Add" }, [
    attended,
    addProducts(
      tower,
      { input: mlpInput, output: `${names.graph}.mlp` },
      (from, output) => addMlp(tower, from, { output, names }),
    ),
  ]);
}

/** softmax(q·kᵀ / √depth)·v in each head, then a linear layer over the heads side by side. */
function addAttention(
  tower: Tower,
  input: TensorName,
  { output, place, names }: {
    readonly output: TensorName;
    readonly place: BlockPlace;
    readonly names: BlockNames;
  },
): TensorName {
  const { graph, architecture: { width, heads } } = tower;
  const depth = width / heads;
  const node = (name: string) => `${names.graph}.${name}`;
  const [allQueries, keys, values] = addProjections(tower, input, { tokens: place.tokens, names });
  const queries = place.isLast
    ? addClassToken(tower, allQueries, { name: node("class_query"), axis: 2 })
    : allQueries;
  const scaled = graph.node(node("scaled_queries"), { type: "Mul" }, [
    queries,
    addScalar(tower, node("scale"), 1 / Math.sqrt(depth)),
  ]);
  const scores = graph.node(node("scores"), { type: "MatMul" }, [
    scaled,
    graph.node(node("keys_transposed"), {
      type: "Transpose",
      attributes: { perm: [0, 1, 3, 2] },
    }, [keys]),
  ]);
  const shares = graph.node(node("shares"), { type: "Softmax", attributes: { axis: -1 } }, [
    scores,
  ]);
  const mixed = graph.node(node("mixed"), { type: "MatMul" }, [shares, values]);
  const tokensFirst = graph.node(node("tokens_first"), {
    type: "Transpose",
    attributes: { perm: [0, 2, 1, 3] },
  }, [mixed]);
  const sideBySide = graph.node(node("side_by_side"), { type: "Reshape" }, [
    tokensFirst,
    // 0 keeps an extent, here the batch and the tokens.
    graph.constant(node("side_by_side_shape"), [3], new BigInt64Array([0n, 0n, BigInt(width)])),
  ]);
  return addLinear(tower, sideBySide, {
    name: output,
    weight: `${names.checkpoint}.attn.out_proj.weight`,
    bias: `${names.checkpoint}.attn.out_proj.bias`,
    inWidth: width,
    outWidth: width,
  });
}

/** Queries, keys and values, each [N, heads, tokens, depth], from one product. */
function addProjections(
  tower: Tower,
  input: TensorName,
  { tokens, names }: { readonly tokens: number; readonly names: BlockNames },
): [TensorName, TensorName, TensorName] {
  const { graph, architecture: { width, heads } } = tower;
  const node = (name: string) => `${names.graph}.${name}`;
  const together = addLinear(tower, input, {
    name: node("projections"),
    weight: `${names.checkpoint}.attn.in_proj_weight`,
    bias: `${names.checkpoint}.attn.in_proj_bias`,
    inWidth: width,
    outWidth: 3 * width,
  });
  const shape = [0, tokens, 3, heads, width / heads];
  const split = graph.node(node("heads_split"), { type: "Reshape" }, [
    together,
    graph.constant(node("heads_shape"), [5], BigInt64Array.from(shape, BigInt)),
  ]);
  const kinds = graph.node(node("kinds_first"), {
    type: "Transpose",
    attributes: { perm: [2, 0, 3, 1, 4] },
  }, [split]);
  const pick = (name: string, index: bigint) =>
    graph.node(node(name), { type: "Gather", attributes: { axis: 0 } }, [
      kinds,
      graph.constant(node(`${name}_index`), [], new BigInt64Array([index])),
    ]);
  return [pick("queries", 0n), pick("keys", 1n), pick("values", 2n)];
}

/** Two linear layers with a GELU, x/2·(1 + erf(x/√2)), between them; no Gelu operator before opset 20. */
function addMlp(
  tower: Tower,
  input: TensorName,
  { output, names }: { readonly output: TensorName; readonly names: BlockNames },
): TensorName {
  const { graph, architecture: { width, mlp_width } } = tower;
  const node = (name: string) => `${names.graph}.${name}`;
  const constant = (name: string, value: number) => addScalar(tower, node(name), value);
  const wide = addLinear(tower, input, {
    name: node("wide"),
    weight: `${names.checkpoint}.mlp.c_fc.weight`,
    bias: `${names.checkpoint}.mlp.c_fc.bias`,
    inWidth: width,
    outWidth: mlp_width,
  });
  const inner = graph.node(node("gelu_inner"), { type: "Div" }, [
    wide,
    constant("sqrt_2", Math.SQRT2),
  ]);
  const erf = graph.node(node("gelu_erf"), { type: "Erf" }, [inner]);
  const share = graph.node(node("gelu_share"), { type: "Add" }, [erf, constant("one", 1)]);
  const twice = graph.node(node("gelu_twice"), { type: "Mul" }, [wide, share]);
  const gelu = graph.node(node("gelu"), { type: "Mul" }, [twice, constant("half", 0.5)]);
  return addLinear(tower, gelu, {
    name: output,
    weight: `${names.checkpoint}.mlp.c_proj.weight`,
    bias: `${names.checkpoint}.mlp.c_proj.bias`,
    inWidth: mlp_width,
    outWidth: width,
  });
}

/** The class token alone, which is the first one, with the axis of tokens kept. */
function addClassToken(
  tower: Tower,
  input: TensorName,
  { name, axis }: { readonly name: TensorName; readonly axis: number },
): TensorName {
  return tower.graph.node(name, { type: "Gather", attributes: { axis } }, [
    input,
    tower.graph.constant(`${name}_index`, [1], new BigInt64Array([0n])),
  ]);
}
