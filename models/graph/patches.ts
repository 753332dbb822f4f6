/** From an image to one token a patch. */
import type { ImageManifest } from "../contract/manifest.ts";
import { addImageInput } from "./image_input.ts";
import type { TensorName } from "./onnx_graph.ts";
import { addFactor, addProducts, type Tower } from "./tower.ts";

/** What makes patches. */
export interface PatchLayer {
  readonly patchSize: number;
  /** In the checkpoint: the convolution's kernels, [width, 3, patch_size, patch_size]. */
  readonly weight: string;
  /** What is added to every patch, [width]. */
  readonly bias?: string;
}

/**
 * How many patches an image has. What is left at its right and its bottom is cut off, as open_clip and timm do.
 *
 * @throws {RangeError} when there is none.
 */
export function countPatches({ name, preprocess: { size } }: ImageManifest, side: number): number {
  if (side > size) {
    throw new RangeError(
      `Cannot build ${name}: patch_size must be ≤ ${size}: current value is ${side}`,
    );
  }
  return Math.floor(size / side) ** 2;
}

/** The manifest's input → FP32 [N, patches, width], row by row, by a convolution whose stride is its kernel's side. */
export function addPatches(tower: Tower, manifest: ImageManifest, layer: PatchLayer): TensorName {
  const { graph, architecture: { width } } = tower;
  const { patchSize: side, weight, bias } = layer;
  const patches = countPatches(manifest, side);
  const grid = addProducts(
    tower,
    { input: addImageInput(graph, manifest), output: "patch_grid" },
    (input, output) =>
      graph.node(
        output,
        { type: "Conv", attributes: { kernel_shape: [side, side], strides: [side, side] } },
        [
          input,
          addFactor(tower, weight, [width, 3, side, side]),
          ...bias === undefined ? [] : [addFactor(tower, bias, [width])],
        ],
      ),
  );
  const columns = graph.node("patch_columns", { type: "Reshape" }, [
    grid,
    // 0 keeps the extent of the batch.
    graph.constant("patch_shape", [3], BigInt64Array.from([0, width, patches], BigInt)),
  ]);
  return graph.node("patch_rows", { type: "Transpose", attributes: { perm: [0, 2, 1] } }, [
    columns,
  ]);
}
