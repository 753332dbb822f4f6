import assert from "node:assert/strict";
import { type ModelConfig, parseOpenClipConfig } from "./model_config.ts";
import { textTower } from "./text_tower.ts";

/** A model with these fields of text_cfg beside what must be there. */
function modelOf(fields: Readonly<Record<string, unknown>>): ModelConfig {
  const model_cfg = { embed_dim: 512, vision_cfg: {}, text_cfg: fields };
  return parseOpenClipConfig(JSON.stringify({ model_cfg })).model;
}

const refusals: [Readonly<Record<string, unknown>>, string][] = [
  [
    { hf_model_name: "roberta-base" },
    "text_cfg.hf_model_name must be absent: current value is roberta-base",
  ],
  [{ embed_cls: true }, "text_cfg.embed_cls must be false: current value is true"],
  [
    { pool_type: "none" },
    "text_cfg.pool_type must be argmax, first, last or eos: current value is none",
  ],
  [
    { vocab_size: 32000 },
    "text_cfg.vocab_size must be at least CLIP's 49408: current value is 32000",
  ],
  [
    { tokenizer_kwargs: { clean: "canonicalize" } },
    "text_cfg.tokenizer_kwargs.clean must be lower: current value is canonicalize",
  ],
  [
    { tokenizer_kwargs: { reduction_mask: "simple" } },
    "text_cfg.tokenizer_kwargs.reduction_mask must be absent: current value is simple",
  ],
  [
    { proj_type: "none", width: 640, heads: 10 },
    "text_cfg.width must be embed_dim, 512, without a projection: current value is 640",
  ],
  [{ scale_fc: true }, "text_cfg.scale_fc must be false: current value is true"],
  [{ adapters: true }, "model_cfg.text_cfg.adapters is not known here, and may change vectors"],
];
for (const [fields, message] of refusals) {
  Deno.test(`textTower() makes none of ${JSON.stringify(fields)}`, () => {
    assert.throws(() => textTower(modelOf(fields)), { name: "UnsupportedModelError", message });
  });
}
