/**
 * The image tower of open_clip's CLIP, as `VisionTransformer` of open_clip 3.3.0 computes it.
 *
 * Photo → one token a patch, by a convolution → a class token in front → positions added → LayerNorm → blocks
 * (`vit_block.ts`) → LayerNorm of the class token → a linear map to the embedding, not L2-normalised. Any size follows
 * from the manifest's numbers. Not supported: patch dropout and attentional or average pooling, which ViT-B/32, B/16,
 * L/14 and their like do not have.
 */
import type { OpenClipVitArchitecture } from "../contract/architecture.ts";
import { elementCount, type ImageManifest } from "../contract/manifest.ts";
import { addImageInput } from "./image_input.ts";
import type { OnnxGraph, TensorName } from "./onnx_graph.ts";
import { addBlock } from "./vit_block.ts";
import { addLayerNorm } from "./vit_layers.ts";
import { addComputed, addFactor, addProducts, type Tower, type Weights } from "./vit_tower.ts";

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
  assertFits(manifest, architecture);
  const tower: Tower = { graph, architecture, weights };
  const { width, layers } = architecture;
  const patches = (manifest.preprocess.size / architecture.patch_size) ** 2;
  const tokens = patches + 1;
  const pixels = addImageInput(graph, manifest);
  let stream = addLayerNorm(tower, addTokens(tower, pixels, patches), {
    name: "ln_pre",
    prefix: "visual.ln_pre",
  });
  for (let index = 0; index < layers; index++) {
    stream = addBlock(tower, stream, { index, tokens, isLast: index === layers - 1 });
  }
  const classToken = graph.node("class_token", { type: "Flatten", attributes: { axis: 1 } }, [
    addLayerNorm(tower, stream, { name: "ln_post", prefix: "visual.ln_post" }),
  ]);
  addProducts(
    tower,
    { input: classToken, output: manifest.output.name },
    (input, output) =>
      graph.node(output, { type: "MatMul" }, [
        input,
        addFactor(tower, "visual.proj", [width, elementCount(manifest.output)]),
      ]),
  );
}

/** FP32 [N, 3, size, size] → [N, 1 + patches, width]: the class token and the patches, each with its position. */
function addTokens(tower: Tower, pixels: TensorName, patches: number): TensorName {
  const { graph, architecture: { width, patch_size: side } } = tower;
  const grid = addProducts(
    tower,
    { input: pixels, output: "patch_grid" },
    (input, output) =>
      graph.node(
        output,
        { type: "Conv", attributes: { kernel_shape: [side, side], strides: [side, side] } },
        [input, addFactor(tower, "visual.conv1.weight", [width, 3, side, side])],
      ),
  );
  const flat = graph.node("patch_columns", { type: "Reshape" }, [
    grid,
    // 0 keeps the extent of the batch.
    graph.constant("patch_shape", [3], BigInt64Array.from([0, width, patches], BigInt)),
  ]);
  const rows = graph.node("patch_rows", { type: "Transpose", attributes: { perm: [0, 2, 1] } }, [
    flat,
  ]);
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

function assertFits(manifest: ImageManifest, architecture: OpenClipVitArchitecture): void {
  const { patch_size, width, heads } = architecture;
  const { size } = manifest.preprocess;
  if (size % patch_size !== 0) {
    throw new RangeError(
      `Cannot build ${manifest.name}: patch_size must divide ${size}: current value is ${patch_size}`,
    );
  }
  if (width % heads !== 0) {
    throw new RangeError(
      `Cannot build ${manifest.name}: heads must divide ${width}: current value is ${heads}`,
    );
  }
}
