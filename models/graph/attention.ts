/** Attention in heads: each token's query is held to every token's key, and takes its share of their values. */
import { addLinear, type LinearTensors } from "./layers.ts";
import type { TensorName } from "./onnx_graph.ts";
import { addScalar, type Tower } from "./tower.ts";

/** Projected tokens, split into heads: [N, heads, tokens, depth] each; of the queries N may be 1. */
export interface Heads {
  readonly queries: TensorName;
  readonly keys: TensorName;
  readonly values: TensorName;
}

/** Where attention stands, and what of the checkpoint it takes. */
export interface AttentionPlace {
  /** Begins the names of its nodes. */
  readonly graph: string;
  readonly output: TensorName;
  readonly outProjection: LinearTensors;
  /** Added to the scores [N, heads, queries, tokens], which it must be able to be broadcast to. */
  readonly mask?: TensorName | undefined;
}

/** softmax(q·kᵀ / √depth + mask)·v in each head, then a linear layer over the heads side by side. */
export function addAttention(tower: Tower, heads: Heads, place: AttentionPlace): TensorName {
  const { graph, architecture: { width, heads: count } } = tower;
  const node = (name: string) => `${place.graph}.${name}`;
  const scaled = graph.node(node("scaled_queries"), { type: "Mul" }, [
    heads.queries,
    addScalar(tower, node("scale"), 1 / Math.sqrt(width / count)),
  ]);
  const products = graph.node(node("scores"), { type: "MatMul" }, [
    scaled,
    graph.node(node("keys_transposed"), {
      type: "Transpose",
      attributes: { perm: [0, 1, 3, 2] },
    }, [heads.keys]),
  ]);
  const scores = place.mask === undefined
    ? products
    : graph.node(node("masked_scores"), { type: "Add" }, [products, place.mask]);
  const shares = graph.node(node("shares"), { type: "Softmax", attributes: { axis: -1 } }, [
    scores,
  ]);
  const mixed = graph.node(node("mixed"), { type: "MatMul" }, [shares, heads.values]);
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
    name: place.output,
    ...place.outProjection,
    inWidth: width,
    outWidth: width,
  });
}

/** Cuts projections that lie side by side, [N, tokens, names · width], into one a name: [N, heads, tokens, depth]. */
export function addHeads<Name extends string>(
  { graph, architecture: { width, heads } }: Tower,
  together: TensorName,
  { prefix, names }: { readonly prefix: string; readonly names: readonly Name[] },
): Record<Name, TensorName> {
  const node = (name: string) => `${prefix}.${name}`;
  const label = names.join("_");
  const shape = [0, 0, names.length, heads, width / heads];
  const split = graph.node(node(`${label}_split`), { type: "Reshape" }, [
    together,
    graph.constant(node(`${label}_shape`), [5], BigInt64Array.from(shape, BigInt)),
  ]);
  const kindsFirst = graph.node(node(`${label}_first`), {
    type: "Transpose",
    attributes: { perm: [2, 0, 3, 1, 4] },
  }, [split]);
  const entries = names.map((name, index) => [
    name,
    graph.node(node(name), { type: "Gather", attributes: { axis: 0 } }, [
      kindsFirst,
      graph.constant(node(`${name}_index`), [], new BigInt64Array([BigInt(index)])),
    ]),
  ]);
  return Object.fromEntries(entries);
}
