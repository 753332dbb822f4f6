/**
 * The image tower of SigLIP, as open_clip 3.3.0 has it from timm 1.0: `VisionTransformer` without a class token, and
 * `AttentionPoolLatent`.
 *
 * Photo → one token a patch, by a convolution with a bias → positions added → blocks (`block.ts`) → LayerNorm → attention
 * of one learned query to all tokens → an MLP behind a LayerNorm, added → the embedding, not L2-normalised.
 */
import type { SiglipVitArchitecture } from "../contract/architecture.ts";
import { elementCount, type ImageManifest } from "../contract/manifest.ts";
import { addAttention, addHeads } from "./attention.ts";
import { addBlock, linearTensors, timmBlock } from "./block.ts";
import { addLayerNorm, addLinear } from "./layers.ts";
import { addMlp } from "./mlp.ts";
import type { OnnxGraph, TensorName } from "./onnx_graph.ts";
import { addPatches, countPatches } from "./patches.ts";
import { addComputedFactor, addProducts, addWeight, type Tower, type Weights } from "./tower.ts";

const TRUNK = "visual.trunk";
const POOL = `${TRUNK}.attn_pool`;

/**
 * Adds the tower to a graph: the manifest's input → its output, FP32 [N, width].
 *
 * @throws {RangeError} when the numbers contradict each other, or the checkpoint has not the tensors they ask for.
 */
export function addSiglipVit(
  graph: OnnxGraph,
  manifest: ImageManifest,
  { architecture, weights }: {
    readonly architecture: SiglipVitArchitecture;
    readonly weights: Weights;
  },
): void {
  const { width, layers, patch_size: patchSize } = architecture;
  const dim = elementCount(manifest.output);
  if (dim !== width) {
    throw new RangeError(
      `Cannot build ${manifest.name}: output must hold ${width} elements for siglip_vit: current value is ${dim}`,
    );
  }
  const tower: Tower = { graph, architecture, weights };
  const rows = addPatches(tower, manifest, {
    patchSize,
    weight: `${TRUNK}.patch_embed.proj.weight`,
    bias: `${TRUNK}.patch_embed.proj.bias`,
  });
  const patches = countPatches(manifest, patchSize);
  let stream = graph.node("tokens", { type: "Add" }, [
    rows,
    addWeight(tower, `${TRUNK}.pos_embed`, [1, patches, width]),
  ]);
  for (let index = 0; index < layers; index++) {
    stream = addBlock(tower, stream, {
      name: `block_${index}`,
      tensors: timmBlock(`${TRUNK}.blocks.${index}`),
    });
  }
  const normalized = addLayerNorm(tower, stream, { name: "norm", prefix: `${TRUNK}.norm` });
  const pooled = addPooled(tower, normalized);
  graph.node(manifest.output.name, { type: "Flatten", attributes: { axis: 1 } }, [pooled]);
}

/** [N, tokens, width] → [N, 1, width]. */
function addPooled(tower: Tower, input: TensorName): TensorName {
  const { graph } = tower;
  const attended = addProducts(
    tower,
    { input, output: "pool.attention" },
    (from, output) => addLatentAttention(tower, from, output),
  );
  const mlpInput = addLayerNorm(tower, attended, { name: "pool.norm", prefix: `${POOL}.norm` });
  const mlp = addProducts(
    tower,
    { input: mlpInput, output: "pool.mlp" },
    (from, output) =>
      addMlp(tower, from, {
        graph: "pool",
        output,
        first: linearTensors(`${POOL}.mlp.fc1`),
        second: linearTensors(`${POOL}.mlp.fc2`),
      }),
  );
  return graph.node("pooled", { type: "Add" }, [attended, mlp]);
}

function addLatentAttention(tower: Tower, input: TensorName, output: TensorName): TensorName {
  const { width } = tower.architecture;
  const both = addLinear(tower, input, {
    name: "pool.kv",
    ...linearTensors(`${POOL}.kv`),
    inWidth: width,
    outWidth: 2 * width,
  });
  const heads = {
    ...addHeads(tower, addQuery(tower), { prefix: "pool", names: ["queries"] }),
    ...addHeads(tower, both, { prefix: "pool", names: ["keys", "values"] }),
  };
  return addAttention(tower, heads, {
    graph: "pool",
    output,
    outProjection: linearTensors(`${POOL}.proj`),
  });
}

/** The one query of every image, [1, 1, width]: a learned token through its projection, once, summed in f64. */
function addQuery(tower: Tower): TensorName {
  const { architecture: { width }, weights } = tower;
  const loadLatent = weights.tensor(`${POOL}.latent`, [1, 1, width]);
  const loadRows = weights.tensor(`${POOL}.q.weight`, [width, width]);
  const loadBias = weights.tensor(`${POOL}.q.bias`, [width]);
  const load = async () => {
    const latent = await loadLatent();
    const rows = await loadRows();
    return (await loadBias()).map((bias, row) =>
      latent.reduce((sum, x, column) => sum + x * (rows[row * width + column] as number), bias)
    );
  };
  return addComputedFactor(tower, `${POOL}.query`, { shape: [1, 1, width], load });
}
