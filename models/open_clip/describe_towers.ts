/** The manifests of both towers of a checkpoint, from open_clip's description of it. */
import type {
  ImageManifest,
  ModelManifest,
  TextManifest,
  WeightsSpec,
} from "../contract/manifest.ts";
import { imageTower } from "./image_tower.ts";
import { type ModelConfig, parseOpenClipConfig, UnsupportedModelError } from "./model_config.ts";
import type { TowerNames } from "./model_names.ts";
import { preprocessSpec } from "./preprocessing.ts";
import { textTower } from "./text_tower.ts";

/** CLIP's merges, of which there is one list: open_clip takes its own copy, whatever a repository has. */
const VOCABULARY = {
  file: "merges.txt",
  sha256: "9fd691f7c8039210e0fced15865466c65820d09b63988b0174bfe25de299051a",
};

/** Where a checkpoint is from, and what is made of it. */
export interface CheckpointOrigin {
  readonly weights: WeightsSpec;
  readonly license: string;
  readonly names: TowerNames;
}

/** A manifest each, or why there is none. */
export interface DescribedTowers {
  readonly image: ImageManifest | UnsupportedModelError;
  readonly text: TextManifest | UnsupportedModelError;
}

/**
 * Describes both towers by the text of `open_clip_config.json`.
 *
 * @throws {UnsupportedModelError} when the text is malformed, or neither tower can be told from it.
 */
export function describeTowers(config: string, origin: CheckpointOrigin): DescribedTowers {
  const { model, preprocess } = parseOpenClipConfig(config);
  if (model.multimodal_cfg !== undefined) {
    throw new UnsupportedModelError("model_cfg.multimodal_cfg must be absent: it is a CoCa's");
  }
  return {
    image: unlessUnsupported(() => imageManifest(model, preprocess, origin)),
    text: unlessUnsupported(() => textManifest(model, origin)),
  };
}

function unlessUnsupported<Value>(describe: () => Value): Value | UnsupportedModelError {
  try {
    return describe();
  } catch (error) {
    if (error instanceof UnsupportedModelError) return error;
    throw error;
  }
}

function imageManifest(
  model: ModelConfig,
  preprocess: unknown,
  origin: CheckpointOrigin,
): ImageManifest {
  const { architecture, imageSize } = imageTower(model);
  return {
    name: origin.names.image,
    description: `${origin.weights.repo}, by open_clip: embeddings of pictures, FP32`,
    ...common(model, origin),
    modality: "image",
    architecture,
    preprocess: preprocessSpec(preprocess, imageSize),
    input: { name: "image", datatype: "FP32", shape: [3, imageSize, imageSize] },
  };
}

function textManifest(model: ModelConfig, origin: CheckpointOrigin): TextManifest {
  const architecture = textTower(model);
  return {
    name: origin.names.text,
    description: `${origin.weights.repo}, by open_clip: embeddings of texts, FP32`,
    ...common(model, origin),
    modality: "text",
    architecture,
    tokenizer: { type: "clip_bpe", vocabulary: VOCABULARY },
    input: { name: "text", datatype: "INT32", shape: [architecture.context_length] },
  };
}

function common({ embed_dim }: ModelConfig, { weights, license }: CheckpointOrigin) {
  return {
    license,
    weights,
    output: { name: "embedding", datatype: "FP32", shape: [embed_dim] },
    max_batch_size: 32,
    serving: {
      accelerator: "cuda",
      batching: "latency",
      warmup_batch_sizes: [1, 2, 4, 8, 16, 32],
    },
  } satisfies Partial<ModelManifest>;
}
