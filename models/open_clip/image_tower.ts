/** From open_clip's `vision_cfg` to the numbers of an image tower. */
import type { OpenClipVitArchitecture, SiglipVitArchitecture } from "../contract/architecture.ts";
import { blockNumbers, unsupported } from "./blocks.ts";
import {
  type ModelConfig,
  parseVisionConfig,
  UnsupportedModelError,
  type VisionConfig,
} from "./model_config.ts";
import { siglipTrunk } from "./siglip_trunks.ts";

/** timm's, for trunks of this kind. */
const TIMM_LAYER_NORM_EPSILON = 1e-6;

/** A tower, and the side of the square image it takes, in pixels. */
export interface ImageTower {
  readonly architecture: OpenClipVitArchitecture | SiglipVitArchitecture;
  readonly imageSize: number;
}

/**
 * The image tower of a model.
 *
 * @throws {UnsupportedModelError} when it has no graph here, or a field is unknown.
 */
export function imageTower(model: ModelConfig): ImageTower {
  const config = parseVisionConfig(model);
  return config.timm_model_name
    ? siglipTower(config, config.timm_model_name, model.embed_dim)
    : vitTower(config, model.quick_gelu);
}

function vitTower(config: VisionConfig, isQuick: boolean): ImageTower {
  const { layers, head_width, patch_size, pool_type, ls_init_value } = config;
  if (typeof layers !== "number") {
    throw new UnsupportedModelError(
      `vision_cfg.layers must be one number: current value is ${
        JSON.stringify(layers)
      }, a ResNet's`,
    );
  }
  if (config.attentional_pool !== false) {
    throw unsupported("vision_cfg.attentional_pool", "false", config.attentional_pool);
  }
  if (pool_type !== "tok" && pool_type !== "avg") {
    throw unsupported("vision_cfg.pool_type", "tok or avg", pool_type);
  }
  // Positions are in the checkpoint, whether or not they were learned.
  if (!["learnable", "sin_cos_2d"].includes(config.pos_embed_type)) {
    throw unsupported(
      "vision_cfg.pos_embed_type",
      "learnable or sin_cos_2d",
      config.pos_embed_type,
    );
  }
  if (patch_size === null) throw unsupported("vision_cfg.patch_size", "a number", null);
  const heads = Math.floor(config.width / head_width);
  return {
    imageSize: squareSize(config, patch_size),
    architecture: {
      type: "open_clip_vit",
      ...blockNumbers("vision_cfg", config, { layers, heads, isQuick }),
      patch_size,
      layer_scale: ls_init_value !== undefined,
      ln_pre: !config.no_ln_pre,
      pool_type,
      final_ln_after_pool: config.final_ln_after_pool,
    },
  };
}

/** A trunk by name, whose numbers take the place of those that may stand beside it. */
function siglipTower(config: VisionConfig, timmName: string, embedDim: number): ImageTower {
  const trunk = siglipTrunk(timmName);
  if (trunk === undefined) {
    throw unsupported("vision_cfg.timm_model_name", "absent or a ViT of SigLIP", timmName);
  }
  const { width, layers, heads, patchSize, mlpRatio, isTanh } = trunk;
  if (config.timm_pool !== "map") {
    throw unsupported("vision_cfg.timm_pool", "map", config.timm_pool);
  }
  if (config.timm_proj !== "none") {
    throw unsupported("vision_cfg.timm_proj", "none", config.timm_proj);
  }
  if (embedDim !== width) throw unsupported("embed_dim", `${width} for ${timmName}`, embedDim);
  const imageSize = squareSize(config, patchSize);
  if (imageSize !== trunk.imageSize) {
    throw unsupported("vision_cfg.image_size", `${trunk.imageSize} for ${timmName}`, imageSize);
  }
  return {
    imageSize,
    architecture: {
      type: "siglip_vit",
      width,
      layers,
      heads,
      mlp_width: Math.trunc(width * mlpRatio),
      activation: isTanh ? "gelu_tanh" : "gelu_erf",
      layer_norm_epsilon: TIMM_LAYER_NORM_EPSILON,
      quantization: "none",
      patch_size: patchSize,
    },
  };
}

function squareSize({ image_size }: VisionConfig, patchSize: number): number {
  const [height, width] = typeof image_size === "number" ? [image_size, image_size] : image_size;
  if (height !== width) throw unsupported("vision_cfg.image_size", "a square", image_size);
  if (height >= patchSize) return height;
  throw unsupported("vision_cfg.image_size", `at least its patches' ${patchSize}`, height);
}
