import assert from "node:assert/strict";
import { imageTower } from "./image_tower.ts";
import { type ModelConfig, parseOpenClipConfig } from "./model_config.ts";

/** A model with these fields of vision_cfg beside what must be there. */
function modelOf(fields: Readonly<Record<string, unknown>>): ModelConfig {
  const model_cfg = { embed_dim: 512, vision_cfg: fields, text_cfg: {} };
  return parseOpenClipConfig(JSON.stringify({ model_cfg })).model;
}

const siglip = {
  timm_model_name: "vit_base_patch16_siglip_224",
  timm_pool: "map",
  timm_proj: "none",
};
const refusals: [Readonly<Record<string, unknown>>, string][] = [
  [
    { layers: [3, 4, 6, 3] },
    "vision_cfg.layers must be one number: current value is [3,4,6,3], a ResNet's",
  ],
  [{ attentional_pool: true }, "vision_cfg.attentional_pool must be false: current value is true"],
  [
    { attentional_pool: "parallel" },
    "vision_cfg.attentional_pool must be false: current value is parallel",
  ],
  [{ output_tokens: true }, "vision_cfg.output_tokens must be false: current value is true"],
  [{ qk_norm: true }, "vision_cfg.qk_norm must be false: current value is true"],
  [{ block_type: "custom" }, "vision_cfg.block_type must be default: current value is custom"],
  [{ pool_type: "none" }, "vision_cfg.pool_type must be tok or avg: current value is none"],
  [
    { pos_embed_type: "rope" },
    "vision_cfg.pos_embed_type must be learnable or sin_cos_2d: current value is rope",
  ],
  [
    { image_size: [224, 336] },
    "vision_cfg.image_size must be a square: current value is [224,336]",
  ],
  [
    { image_size: 15 },
    "vision_cfg.image_size must be at least its patches' 16: current value is 15",
  ],
  [
    { head_width: 100 },
    "vision_cfg.width must be a multiple of its heads: current values are 768 and 7",
  ],
  [
    { head_width: 1000 },
    "vision_cfg.width must be a multiple of its heads: current values are 768 and 0",
  ],
  [
    { act_kwargs: { negative_slope: 1 } },
    "vision_cfg.act_kwargs.negative_slope is not known here, and may change vectors",
  ],
  [
    { norm_kwargs: { bias: false } },
    "vision_cfg.norm_kwargs.bias is not known here, and may change vectors",
  ],
  [{ registers: 4 }, "model_cfg.vision_cfg.registers is not known here, and may change vectors"],
  [
    { width: "768" },
    "model_cfg.vision_cfg.width is malformed: Invalid input: expected number, received string",
  ],
  [
    { timm_model_name: "convnext_base" },
    "vision_cfg.timm_model_name must be absent or a ViT of SigLIP: current value is convnext_base",
  ],
  [{ ...siglip, timm_pool: "avg" }, "vision_cfg.timm_pool must be map: current value is avg"],
  [{ ...siglip, timm_proj: null }, "vision_cfg.timm_proj must be none: current value is null"],
  [{ ...siglip }, "embed_dim must be 768 for vit_base_patch16_siglip_224: current value is 512"],
];
for (const [fields, message] of refusals) {
  Deno.test(`imageTower() makes none of ${JSON.stringify(fields)}`, () => {
    assert.throws(() => imageTower(modelOf(fields)), { name: "UnsupportedModelError", message });
  });
}
