/** From a model's manifest, and its checkpoint if it needs one, to its ONNX file. */
import type { TowerArchitecture } from "../contract/architecture.ts";
import type { ImageManifest, ModelManifest, TextManifest } from "../contract/manifest.ts";
import { addDctDescriptor } from "./dct_descriptor.ts";
import type { ModelFiles } from "./onnx_file.ts";
import { OnnxGraph } from "./onnx_graph.ts";
import { addSiglipVit } from "./siglip_vit.ts";
import { addTextTower } from "./text_tower.ts";
import type { Weights } from "./tower.ts";
import { TowerWeights } from "./tower_weights.ts";
import { addVit } from "./vit.ts";

/** An open checkpoint. */
export interface Checkpoint {
  readonly weights: Weights;
  /** Of its file, in hex; goes into the ONNX file's metadata. */
  readonly sha256: string;
}

/**
 * Builds, in memory, the ONNX file of a model without weights. Equal manifests give equal bytes, on every machine.
 *
 * @throws {RangeError} when the architecture's parameters contradict the input or the output.
 * @throws {TypeError} when the model needs weights.
 */
export function buildModel(manifest: ModelManifest): Uint8Array<ArrayBuffer> {
  return describeGraph(manifest).build(description(manifest));
}

/**
 * The ONNX file in parts, or two files; weights are read when a part is. Equal manifests and checkpoints give equal bytes.
 *
 * @throws {RangeError} when parameters contradict the input, the output or the checkpoint.
 * @throws {TypeError} when the model needs a checkpoint and there is none.
 */
export function modelFiles(manifest: ModelManifest, checkpoint?: Checkpoint): ModelFiles {
  return describeGraph(manifest, checkpoint).files(description(manifest, checkpoint));
}

function describeGraph(manifest: ModelManifest, checkpoint?: Checkpoint): OnnxGraph {
  const { name, architecture } = manifest;
  const graph = new OnnxGraph();
  if (architecture.type === "dct") {
    addDctDescriptor(graph, manifest as ImageManifest, architecture);
    return graph;
  }
  if (checkpoint === undefined) {
    throw new TypeError(`Cannot build ${name} without its weights: run deno task model ${name}`);
  }
  assertHeads(name, architecture);
  const weights = new TowerWeights(checkpoint.weights);
  switch (architecture.type) {
    case "open_clip_vit":
      addVit(graph, manifest as ImageManifest, { architecture, weights });
      break;
    case "siglip_vit":
      addSiglipVit(graph, manifest as ImageManifest, { architecture, weights });
      break;
    case "open_clip_text":
      addTextTower(graph, manifest as TextManifest, weights);
      break;
  }
  weights.assertUsed(manifest);
  return graph;
}

function assertHeads(name: string, { width, heads }: TowerArchitecture): void {
  if (width % heads === 0) return;
  throw new RangeError(
    `Cannot build ${name}: heads must divide ${width}: current value is ${heads}`,
  );
}

function description(manifest: ModelManifest, checkpoint?: Checkpoint) {
  const { name, input, output, description, license, weights } = manifest;
  const origin = checkpoint === undefined || weights === undefined ? {} : {
    weights: `${weights.repo}/${weights.file}`,
    weights_sha256: checkpoint.sha256,
  };
  return { name, input, output, metadata: { description, license, ...origin } };
}
