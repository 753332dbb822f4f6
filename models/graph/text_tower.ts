/**
 * The text tower of open_clip's CLIP, as `encode_text` of open_clip 3.3.0 computes it.
 *
 * Ids → their embeddings, positions added → blocks (`block.ts`), each token attending to those before it → LayerNorm of the
 * one token that stands for the text → a linear map to the embedding, not L2-normalised.
 */
import type { OpenClipTextArchitecture } from "../contract/architecture.ts";
import { elementCount, type TextManifest } from "../contract/manifest.ts";
import { addBlock, linearTensors, openClipBlock } from "./block.ts";
import { addLayerNorm, addLinear } from "./layers.ts";
import type { OnnxGraph, TensorName } from "./onnx_graph.ts";
import { addCausalMask, addPooledToken, addStart, addUsedLength } from "./text_pool.ts";
import { addFactor, addProducts, addWeight, type Tower, type Weights } from "./tower.ts";

/** A text tower under construction. */
interface TextTower extends Tower {
  readonly architecture: OpenClipTextArchitecture;
  /** What names in the checkpoint begin with. */
  readonly prefix: string;
}

/**
 * Adds the tower to a graph: the manifest's input → its output, FP32 [N, dim].
 *
 * @throws {RangeError} when the numbers contradict each other, or the checkpoint has not the tensors they ask for.
 */
export function addTextTower(
  graph: OnnxGraph,
  manifest: TextManifest,
  weights: Weights,
): void {
  const { architecture, input } = manifest;
  const tower: TextTower = { graph, architecture, weights, prefix: textPrefix(weights) };
  const { layers, layer_scale, causal_mask, context_length } = architecture;
  const pooled = addPooledToken(tower, architecture, input.name);
  const length = causal_mask && pooled.positions !== undefined
    ? addUsedLength(tower, pooled.positions)
    : undefined;
  const cut = (from: TensorName, name: TensorName, axes: readonly number[]) =>
    length === undefined ? from : addStart(tower, from, { name, length, axes });
  const mask = causal_mask
    ? cut(addCausalMask(tower, context_length), "used_mask", [0, 1])
    : undefined;
  let stream = addTokens(tower, input.name, cut);
  for (let index = 0; index < layers; index++) {
    const name = `block_${index}`;
    const tensors = openClipBlock(`${tower.prefix}transformer.resblocks.${index}`, layer_scale);
    if (index < layers - 1) {
      stream = addBlock(tower, stream, { name, tensors, mask });
      continue;
    }
    stream = addBlock(tower, stream, {
      name,
      tensors,
      mask: mask && pooled.pickRow(mask, "pooled_mask"),
      pick: pooled.pick,
    });
  }
  const token = graph.node("pooled_token", { type: "Flatten", attributes: { axis: 1 } }, [
    addLayerNorm(tower, stream, { name: "ln_final", prefix: `${tower.prefix}ln_final` }),
  ]);
  addProjection(tower, token, manifest);
}

/** Checkpoints of `custom_text` have the tower's tensors under a name of their own. */
function textPrefix({ shapes }: Weights): string {
  const isApart = shapes?.keys().some((name) => name.startsWith("text.")) ?? false;
  return isApart ? "text." : "";
}

/** INT32 [N, tokens] → [N, tokens, width]. */
function addTokens(
  tower: TextTower,
  ids: TensorName,
  cut: (from: TensorName, name: TensorName, axes: readonly number[]) => TensorName,
): TensorName {
  const { graph, prefix, architecture: { width, vocab_size, context_length } } = tower;
  const embeddings = graph.node("token_embeddings", { type: "Gather", attributes: { axis: 0 } }, [
    addWeight(tower, `${prefix}token_embedding.weight`, [vocab_size, width]),
    cut(ids, "used_ids", [1]),
  ]);
  return graph.node("tokens", { type: "Add" }, [
    embeddings,
    cut(
      addWeight(tower, `${prefix}positional_embedding`, [context_length, width]),
      "used_positions",
      [0],
    ),
  ]);
}

/** [N, width] → the output, [N, dim]. */
function addProjection(tower: TextTower, token: TensorName, manifest: TextManifest): void {
  const { graph, prefix, architecture: { width, projection } } = tower;
  const dim = elementCount(manifest.output);
  const name = `${prefix}text_projection`;
  if (projection === "none") {
    if (dim !== width) {
      throw new RangeError(
        `Cannot build ${manifest.name}: output must hold ${width} elements without a projection: current value is ${dim}`,
      );
    }
    graph.node(manifest.output.name, { type: "Identity" }, [token]);
    return;
  }
  addProducts(
    tower,
    { input: token, output: manifest.output.name },
    (input, output) =>
      projection === "linear_bias"
        ? addLinear(tower, input, {
          name: output,
          ...linearTensors(name),
          inWidth: width,
          outWidth: dim,
        })
        : graph.node(output, { type: "MatMul" }, [input, addFactor(tower, name, [width, dim])]),
  );
}
