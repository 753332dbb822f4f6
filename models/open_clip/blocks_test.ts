import assert from "node:assert/strict";
import { blockNumbers } from "./blocks.ts";
import { parseOpenClipConfig, parseTextConfig } from "./model_config.ts";

/** The numbers of a text tower with these fields. */
function numbersOf(fields: Readonly<Record<string, unknown>>, isQuick = false) {
  const model_cfg = { embed_dim: 512, vision_cfg: {}, text_cfg: fields };
  const config = parseTextConfig(parseOpenClipConfig(JSON.stringify({ model_cfg })).model);
  const { layers, heads } = config;
  return blockNumbers("text_cfg", config, { layers, heads, isQuick });
}

Deno.test("blockNumbers() cuts an MLP's width off, as open_clip does", () => {
  assert.equal(numbersOf({ width: 1152, heads: 16, mlp_ratio: 3.7362 }).mlp_width, 4304);
  assert.equal(numbersOf({ width: 1664, heads: 16, mlp_ratio: 4.9231 }).mlp_width, 8192);
});

Deno.test("blockNumbers() chooses GELU and LayerNorm by their arguments", () => {
  assert.equal(numbersOf({}).activation, "gelu_erf");
  assert.equal(numbersOf({ act_kwargs: null }).activation, "gelu_erf");
  assert.equal(numbersOf({ act_kwargs: { approximate: "none" } }).activation, "gelu_erf");
  assert.equal(numbersOf({ act_kwargs: { approximate: "tanh" } }).activation, "gelu_tanh");
  assert.equal(numbersOf({ act_kwargs: {} }, true).activation, "quick_gelu");
  assert.equal(numbersOf({ norm_kwargs: { eps: 1e-6 } }).layer_norm_epsilon, 1e-6);
});

const refusals: [Readonly<Record<string, unknown>>, boolean, string][] = [
  [
    { act_kwargs: { approximate: "sin" } },
    false,
    "text_cfg.act_kwargs.approximate must be none or tanh: current value is sin",
  ],
  [
    { act_kwargs: { approximate: "tanh" } },
    true,
    'text_cfg.act_kwargs must be absent with quick_gelu: current value is {"approximate":"tanh"}',
  ],
  [
    { norm_kwargs: { eps: 0 } },
    false,
    "text_cfg.norm_kwargs.eps must be positive: current value is 0",
  ],
  [
    { norm_kwargs: { eps: "1e-6" } },
    false,
    "text_cfg.norm_kwargs.eps must be positive: current value is 1e-6",
  ],
  [
    { heads: 7 },
    false,
    "text_cfg.width must be a multiple of its heads: current values are 512 and 7",
  ],
  [
    { scaled_cosine_attn: true },
    false,
    "text_cfg.scaled_cosine_attn must be false: current value is true",
  ],
];
for (const [fields, isQuick, message] of refusals) {
  Deno.test(`blockNumbers() has none for ${JSON.stringify(fields)}${isQuick ? " and quick_gelu" : ""}`, () => {
    assert.throws(() => numbersOf(fields, isQuick), { name: "UnsupportedModelError", message });
  });
}
