/**
 * The image tower of open_clip's CLIP, as `VisionTransformer` of open_clip 3.3.0 computes it.
 *
 * Photo → one token a patch, by a convolution → a class token in front → positions added → LayerNorm → blocks
 * (`block.ts`) → LayerNorm and the class token alone, or the mean of the others → a linear map to the embedding, not
 * L2-normalised. Any size follows from the manifest's numbers.
 */
import type { OpenClipVitArchitecture } from "../contract/architecture.ts";
import { elementCount, type ImageManifest } from "../contract/manifest.ts";
import { addBlock, openClipBlock } from "./block.ts";
import { addLayerNorm } from "./layers.ts";
import type { OnnxGraph, TensorName } from "./onnx_graph.ts";
import { addPatches, countPatches } from "./patches.ts";
import { addComputed, addFactor, addProducts, type Tower, type Weights } from "./tower.ts";

/**
 * Adds the tower to a graph: the manifest's input → its output, FP32 [N, dim].
 *
 * @throws {RangeError} when the numbers contradict each other, or the checkpoint has not the tensors they ask for.
 */
export function addVit(
  graph: OnnxGraph,
  manifest: ImageManifest,
  { architecture, weights }: {
    readonly architecture: OpenClipVitArchitecture;
    readonly weights: Weights;
  },
): void {
  const tower: Tower = { graph, architecture, weights };
  const { width, layers, patch_size: patchSize, layer_scale, ln_pre, pool_type } = architecture;
  const patches = countPatches(manifest, patchSize);
  const rows = addPatches(tower, manifest, { patchSize, weight: "visual.conv1.weight" });
  let stream = addTokens(tower, rows, patches);
  if (ln_pre) stream = addLayerNorm(tower, stream, { name: "ln_pre", prefix: "visual.ln_pre" });
  for (let index = 0; index < layers; index++) {
    const isLast = index === layers - 1;
    stream = addBlock(tower, stream, {
      name: `block_${index}`,
      tensors: openClipBlock(`visual.transformer.resblocks.${index}`, layer_scale),
      pick: isLast && pool_type === "tok"
        ? (input, name) => addClassToken(graph, input, name)
        : undefined,
    });
  }
  addProducts(
    tower,
    { input: addPooled(tower, stream, { patches, architecture }), output: manifest.output.name },
    (input, output) =>
      graph.node(output, { type: "MatMul" }, [
        input,
        addFactor(tower, "visual.proj", [width, elementCount(manifest.output)]),
      ]),
  );
}

/** FP32 [N, patches, width] → [N, 1 + patches, width]: the class token and the patches, each with its position. */
function addTokens(tower: Tower, rows: TensorName, patches: number): TensorName {
  const { graph } = tower;
  // A row of zeros in front, which the positions fill, spares repeating the class token for the whole batch.
  const padded = graph.node("padded_rows", { type: "Pad" }, [
    rows,
    graph.constant("class_padding", [6], BigInt64Array.from([0, 1, 0, 0, 0, 0], BigInt)),
  ]);
  return graph.node("tokens", { type: "Add" }, [padded, addPositions(tower, patches + 1)]);
}

/** Positional embeddings [tokens, width] with the class embedding [width] added to the first, once, in f32. */
function addPositions(tower: Tower, tokens: number): TensorName {
  const { architecture: { width }, weights } = tower;
  const name = "visual.positional_embedding";
  const loadPositions = weights.tensor(name, [tokens, width]);
  const loadClass = weights.tensor("visual.class_embedding", [width]);
  const load = async () => {
    const positions = await loadPositions();
    (await loadClass()).forEach((element, index) => {
      positions[index] = (positions[index] as number) + element;
    });
    return positions;
  };
  return addComputed(tower, name, { shape: [tokens, width], load });
}

/** The class token alone, which is the first one, with the axis of tokens kept. */
function addClassToken(graph: OnnxGraph, input: TensorName, name: TensorName): TensorName {
  return graph.node(name, { type: "Gather", attributes: { axis: 1 } }, [
    input,
    graph.constant(`${name}_index`, [1], new BigInt64Array([0n])),
  ]);
}

/** What comes from the last block → FP32 [N, width]. */
function addPooled(
  tower: Tower,
  stream: TensorName,
  { patches, architecture: { pool_type, final_ln_after_pool } }: {
    readonly patches: number;
    readonly architecture: OpenClipVitArchitecture;
  },
): TensorName {
  const { graph } = tower;
  const addNorm = (input: TensorName) =>
    addLayerNorm(tower, input, { name: "ln_post", prefix: "visual.ln_post" });
  const pooled = pool_type === "tok"
    ? addNorm(stream)
    : final_ln_after_pool
    ? addNorm(addMeanOfPatches(graph, stream, patches))
    : addMeanOfPatches(graph, addNorm(stream), patches);
  return graph.node("pooled", { type: "Flatten", attributes: { axis: 1 } }, [pooled]);
}

/**
 * [N, 1 + patches, width] → [N, 1, width], without the class token. A product, since ONNX Runtime's ReduceMean adds in
 * another order when N is 1, and pictures would not have the same bits in every batch.
 */
function addMeanOfPatches(graph: OnnxGraph, input: TensorName, patches: number): TensorName {
  const shares = new Float32Array(1 + patches).fill(1 / patches, 1);
  return graph.node("mean_patch", { type: "MatMul" }, [
    graph.constant("patch_shares", [1, 1 + patches], shares),
    input,
  ]);
}
