/** One block of a transformer: attention between tokens, then an MLP on each, both added to what came in. */
import { addAttention, addHeads, type Heads } from "./attention.ts";
import { addLayerNorm, addLinear, type LinearTensors } from "./layers.ts";
import { addMlp } from "./mlp.ts";
import type { TensorName } from "./onnx_graph.ts";
import { addProducts, addWeight, type Tower } from "./tower.ts";

/** A block's place. */
export interface BlockPlace {
  /** Begins the names of its nodes; of what it gives it is the name. */
  readonly name: TensorName;
  readonly tensors: BlockTensors;
  /** Added to the scores of attention [N, heads, queries, tokens], in the type that products compute in. */
  readonly mask?: TensorName | undefined;
  /**
   * Keeps one token an item: [N, tokens, width] → [N, 1, width]. Where no other goes on from here, nothing else is asked
   * of the last block, which saves most of its work.
   */
  readonly pick?: ((input: TensorName, name: TensorName) => TensorName) | undefined;
}

/** Names in the checkpoint. */
export interface BlockTensors {
  readonly attentionNorm: string;
  /** Queries, keys and values in one layer, [3 · width, width]. */
  readonly projections: LinearTensors;
  readonly outProjection: LinearTensors;
  readonly mlpNorm: string;
  readonly mlp: readonly [first: LinearTensors, second: LinearTensors];
  /** Factors a channel of what attention and the MLP add. */
  readonly layerScales?: readonly [attention: string, mlp: string] | undefined;
}

/** Weight and bias of a `torch.nn.Linear` of that name. */
export function linearTensors(name: string): LinearTensors {
  return { weight: `${name}.weight`, bias: `${name}.bias` };
}

/** The names of open_clip's `ResidualAttentionBlock`. */
export function openClipBlock(prefix: string, hasLayerScale: boolean): BlockTensors {
  return {
    attentionNorm: `${prefix}.ln_1`,
    projections: { weight: `${prefix}.attn.in_proj_weight`, bias: `${prefix}.attn.in_proj_bias` },
    outProjection: linearTensors(`${prefix}.attn.out_proj`),
    mlpNorm: `${prefix}.ln_2`,
    mlp: [linearTensors(`${prefix}.mlp.c_fc`), linearTensors(`${prefix}.mlp.c_proj`)],
    layerScales: hasLayerScale ? [`${prefix}.ls_1.gamma`, `${prefix}.ls_2.gamma`] : undefined,
  };
}

/** The names of timm's `Block`. */
export function timmBlock(prefix: string): BlockTensors {
  return {
    attentionNorm: `${prefix}.norm1`,
    projections: linearTensors(`${prefix}.attn.qkv`),
    outProjection: linearTensors(`${prefix}.attn.proj`),
    mlpNorm: `${prefix}.norm2`,
    mlp: [linearTensors(`${prefix}.mlp.fc1`), linearTensors(`${prefix}.mlp.fc2`)],
  };
}

/** Adds a block: FP32 [N, tokens, width] → the same, or [N, 1, width] of the token that is picked. */
export function addBlock(tower: Tower, input: TensorName, place: BlockPlace): TensorName {
  const { graph } = tower;
  const { name, tensors: { attentionNorm, mlpNorm, mlp, layerScales } } = place;
  const residual = place.pick?.(input, `${name}.residual`) ?? input;
  const normalized = addLayerNorm(tower, input, { name: `${name}.ln_1`, prefix: attentionNorm });
  const attention = addProducts(
    tower,
    { input: normalized, output: `${name}.attention` },
    (from, output) => addSelfAttention(tower, from, { output, place }),
  );
  const attended = graph.node(`${name}.attended`, { type: "Add" }, [
    residual,
    addLayerScale(tower, attention, layerScales?.[0]),
  ]);
  const mlpInput = addLayerNorm(tower, attended, { name: `${name}.ln_2`, prefix: mlpNorm });
  const mlpOutput = addProducts(
    tower,
    { input: mlpInput, output: `${name}.mlp` },
    (from, output) => addMlp(tower, from, { graph: name, output, first: mlp[0], second: mlp[1] }),
  );
  return graph.node(name, { type: "Add" }, [
    attended,
    addLayerScale(tower, mlpOutput, layerScales?.[1]),
  ]);
}

function addLayerScale(tower: Tower, input: TensorName, gamma: string | undefined): TensorName {
  if (gamma === undefined) return input;
  return tower.graph.node(`${input}.scaled`, { type: "Mul" }, [
    input,
    addWeight(tower, gamma, [tower.architecture.width]),
  ]);
}

function addSelfAttention(
  tower: Tower,
  input: TensorName,
  { output, place }: { readonly output: TensorName; readonly place: BlockPlace },
): TensorName {
  const { name: graph, mask, pick, tensors: { outProjection } } = place;
  const heads = pick === undefined
    ? addAllHeads(tower, input, place)
    : addPickedHeads(tower, { all: input, picked: pick(input, `${graph}.picked`) }, place);
  return addAttention(tower, heads, { graph, output, outProjection, mask });
}

/** Queries, keys and values of every token, from one product. */
function addAllHeads(tower: Tower, input: TensorName, { name, tensors }: BlockPlace): Heads {
  const { width } = tower.architecture;
  const together = addLinear(tower, input, {
    name: `${name}.projections`,
    ...tensors.projections,
    inWidth: width,
    outWidth: 3 * width,
  });
  return addHeads(tower, together, { prefix: name, names: ["queries", "keys", "values"] });
}

/** The query of one token, keys and values of all. */
function addPickedHeads(
  tower: Tower,
  { all, picked }: { readonly all: TensorName; readonly picked: TensorName },
  { name, tensors }: BlockPlace,
): Heads {
  const { width } = tower.architecture;
  const project = (from: TensorName, { part, first, count }: Rows) =>
    addLinear(tower, from, {
      name: `${name}.${part}_projection`,
      ...tensors.projections,
      inWidth: width,
      outWidth: count * width,
      rows: { part, first: first * width, of: 3 * width },
    });
  const query = project(picked, { part: "query", first: 0, count: 1 });
  const others = project(all, { part: "keys_values", first: 1, count: 2 });
  return {
    ...addHeads(tower, query, { prefix: name, names: ["queries"] }),
    ...addHeads(tower, others, { prefix: name, names: ["keys", "values"] }),
  };
}

/** Which of the three projections a layer has, in the checkpoint's order. */
interface Rows {
  readonly part: string;
  readonly first: number;
  readonly count: number;
}
