import assert from "node:assert/strict";
import {
  dctSchema,
  openClipTextSchema,
  openClipVitSchema,
  siglipVitSchema,
} from "./architecture.ts";

const tower = {
  width: 8,
  layers: 1,
  heads: 2,
  mlp_width: 32,
  activation: "quick_gelu",
  layer_norm_epsilon: 1e-5,
  quantization: "none",
};
const vit = { type: "open_clip_vit", ...tower, patch_size: 4 };
const text = { type: "open_clip_text", ...tower, context_length: 77, vocab_size: 100 };

Deno.test("architectures have open_clip's defaults for what is left out", () => {
  assert.deepEqual(openClipVitSchema.parse(vit), {
    ...vit,
    layer_scale: false,
    ln_pre: true,
    pool_type: "tok",
    final_ln_after_pool: false,
  });
  assert.deepEqual(openClipTextSchema.parse(text), {
    ...text,
    layer_scale: false,
    causal_mask: true,
    pool_type: "argmax",
    projection: "linear",
  });
});

Deno.test("architectures take nothing that has no graph", () => {
  const refused: [schema: { safeParse(value: unknown): { success: boolean } }, value: object][] = [
    [openClipVitSchema, { ...vit, attentional_pool: true }],
    [openClipVitSchema, { ...vit, pool_type: "none" }],
    [openClipVitSchema, { ...vit, qk_norm: true }],
    [openClipVitSchema, { ...vit, activation: "relu" }],
    [openClipTextSchema, { ...text, embed_cls: true }],
    [openClipTextSchema, { ...text, hf_model_name: "roberta-base" }],
    [siglipVitSchema, { type: "siglip_vit", ...tower, patch_size: 4, pool_type: "avg" }],
    [dctSchema, { type: "dct" }],
  ];
  for (const [schema, value] of refused) {
    assert.equal(schema.safeParse(value).success, false, JSON.stringify(value));
  }
});
