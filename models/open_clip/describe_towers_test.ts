import assert from "node:assert/strict";
import { parseManifest } from "../contract/manifest.ts";
import { type DescribedTowers, describeTowers } from "./describe_towers.ts";

const origin = {
  weights: {
    repo: "owner/name",
    revision: "0".repeat(40),
    file: "open_clip_model.safetensors",
    sha256: "1".repeat(64),
  },
  license: "mit",
  names: { image: "name", text: "name_text" },
};

type Fields = Readonly<Record<string, unknown>>;

/** What comes of a model with these fields beside, or in place of, the ones that must be there. */
function describe(
  { vision = {}, text = {}, preprocess, ...model }: Fields & {
    readonly vision?: Fields;
    readonly text?: Fields;
    readonly preprocess?: Fields;
  } = {},
): DescribedTowers {
  const model_cfg = { embed_dim: 512, vision_cfg: vision, text_cfg: text, ...model };
  return describeTowers(JSON.stringify({ model_cfg, preprocess_cfg: preprocess }), origin);
}

function image(config: Parameters<typeof describe>[0]) {
  const { image } = describe(config);
  assert.ok(!(image instanceof Error), `${image}`);
  assert.deepEqual(parseManifest(JSON.stringify(image)), image);
  return image;
}

function text(config: Parameters<typeof describe>[0]) {
  const { text } = describe(config);
  assert.ok(!(text instanceof Error), `${text}`);
  assert.deepEqual(parseManifest(JSON.stringify(text)), text);
  return text;
}

Deno.test("describeTowers() knows what an absent field means to open_clip", () => {
  const tower = {
    layers: 12,
    activation: "gelu_erf",
    layer_norm_epsilon: 1e-5,
    quantization: "none",
    layer_scale: false,
  };
  const made = image({});
  assert.deepEqual(made.architecture, {
    type: "open_clip_vit",
    ...tower,
    width: 768,
    heads: 12,
    mlp_width: 3072,
    patch_size: 16,
    ln_pre: true,
    pool_type: "tok",
    final_ln_after_pool: false,
  });
  assert.deepEqual(made.preprocess, {
    size: 224,
    mean: [0.48145466, 0.4578275, 0.40821073],
    std: [0.26862954, 0.26130258, 0.27577711],
    interpolation: "bicubic",
    resize_mode: "shortest",
    pillow: 13,
  });
  assert.deepEqual([made.name, made.license, made.weights], ["name", "mit", origin.weights]);
  assert.deepEqual([made.input.shape, made.output.shape], [[3, 224, 224], [512]]);
  const ofText = text({});
  assert.deepEqual(ofText.architecture, {
    type: "open_clip_text",
    ...tower,
    width: 512,
    heads: 8,
    mlp_width: 2048,
    context_length: 77,
    vocab_size: 49408,
    causal_mask: true,
    pool_type: "argmax",
    projection: "linear",
  });
  assert.deepEqual([ofText.name, ofText.input.shape, ofText.output.shape], [
    "name_text",
    [77],
    [512],
  ]);
});

Deno.test("describeTowers() reads the numbers of open_clip's ViT-H-14", () => {
  const config = {
    embed_dim: 1024,
    vision: { image_size: 224, layers: 32, width: 1280, head_width: 80, patch_size: 14 },
    text: { context_length: 77, vocab_size: 49408, width: 1024, heads: 16, layers: 24 },
  };
  const { architecture } = image(config);
  assert.deepEqual(
    [architecture.type, "heads" in architecture && architecture.heads],
    ["open_clip_vit", 16],
  );
  const { architecture: { width, heads, layers, mlp_width } } = text(config);
  assert.deepEqual([width, heads, layers, mlp_width], [1024, 16, 24, 4096]);
});

Deno.test("describeTowers() reads what changes a tower", () => {
  const vision: [Fields, Fields][] = [
    [{ mlp_ratio: 4.9231, width: 1664, head_width: 104 }, { mlp_width: 8192, heads: 16 }],
    [{ ls_init_value: 1e-4 }, { layer_scale: true }],
    [{ patch_dropout: 0.5 }, {}],
    [
      { no_ln_pre: true, pool_type: "avg", final_ln_after_pool: true },
      { ln_pre: false, pool_type: "avg", final_ln_after_pool: true },
    ],
    [{ pos_embed_type: "sin_cos_2d" }, {}],
    [{ norm_kwargs: { eps: 1e-6 } }, { layer_norm_epsilon: 1e-6 }],
    [{ act_kwargs: { approximate: "tanh" } }, { activation: "gelu_tanh" }],
    [{ image_size: [240, 240] }, {}],
    [{ image_size: 250 }, {}],
    [{ timm_model_name: null, block_type: "default" }, {}],
  ];
  for (const [fields, expected] of vision) {
    const { architecture } = image({ vision: fields });
    assert.deepEqual({ ...architecture, ...expected }, architecture, JSON.stringify(fields));
  }
  const words: [Fields, Fields][] = [
    [{ no_causal_mask: true, pool_type: "last" }, { causal_mask: false, pool_type: "last" }],
    [{ pool_type: "eos", eos_id: 49407 }, { pool_type: "eos", eos_id: 49407 }],
    [{ proj_bias: true }, { projection: "linear_bias" }],
    [{ proj_type: "none" }, { projection: "none" }],
    [{ context_length: 72 }, { context_length: 72 }],
    [{ tokenizer_kwargs: { clean: "lower" }, hf_tokenizer_name: "" }, {}],
  ];
  for (const [fields, expected] of words) {
    const { architecture } = text({ text: fields });
    assert.deepEqual({ ...architecture, ...expected }, architecture, JSON.stringify(fields));
  }
  const quick = { quick_gelu: true, custom_text: true, init_logit_bias: -10 };
  assert.deepEqual(
    [image(quick), text(quick)].map(({ architecture }) =>
      "activation" in architecture && architecture.activation
    ),
    ["quick_gelu", "quick_gelu"],
  );
});

Deno.test("describeTowers() reads how pictures become the input, at the tower's own size", () => {
  const { preprocess, input } = image({
    vision: { image_size: 336, patch_size: 14 },
    preprocess: {
      size: 224,
      mode: "RGB",
      mean: [0.5, 0.5, 0.5],
      std: 0.5,
      interpolation: "bilinear",
      resize_mode: "longest",
      fill_color: 114,
    },
  });
  assert.deepEqual(preprocess, {
    size: 336,
    mean: [0.5, 0.5, 0.5],
    std: [0.5, 0.5, 0.5],
    interpolation: "bilinear",
    resize_mode: "longest",
    fill_color: 114,
    pillow: 13,
  });
  assert.deepEqual(input.shape, [3, 336, 336]);
  const { preprocess: other } = image({
    preprocess: { interpolation: "random", resize_mode: "squash", fill_color: 0, mean: null },
  });
  assert.deepEqual([other.interpolation, other.resize_mode, other.fill_color, other.mean[0]], [
    "bicubic",
    "squash",
    undefined,
    0.48145466,
  ]);
});

Deno.test("describeTowers() takes SigLIP's image tower by its name in timm, and not its text tower", () => {
  const config = {
    embed_dim: 1152,
    init_logit_bias: -10,
    custom_text: true,
    vision: {
      image_size: 224,
      timm_model_name: "vit_so400m_patch14_siglip_224.webli",
      timm_model_pretrained: false,
      timm_pool: "map",
      timm_proj: "none",
    },
    text: { context_length: 16, vocab_size: 32000, hf_tokenizer_name: "timm/ViT-B-16-SigLIP" },
  };
  assert.deepEqual(image(config).architecture, {
    type: "siglip_vit",
    width: 1152,
    layers: 27,
    heads: 16,
    mlp_width: 4304,
    patch_size: 14,
    activation: "gelu_erf",
    layer_norm_epsilon: 1e-6,
    quantization: "none",
  });
  assert.equal(
    (describe(config).text as Error).message,
    "text_cfg.hf_tokenizer_name must be absent, for CLIP's: current value is timm/ViT-B-16-SigLIP",
  );
});

Deno.test("describeTowers() makes one tower where the other is not supported, and says why it is not", () => {
  const refused = describe({ vision: { layers: [3, 4, 6, 3] } });
  assert.equal((refused.image as Error).name, "UnsupportedModelError");
  assert.ok(!(refused.text instanceof Error));
  for (const config of [{ text: { hf_model_name: "roberta-base" } }, { text: { adapters: 1 } }]) {
    const { image, text } = describe(config);
    assert.ok(!(image instanceof Error) && text instanceof Error);
  }
  const { image: gamma, text } = describe({ preprocess: { gamma: 2.2 } });
  assert.ok(gamma instanceof Error && !(text instanceof Error));
});

Deno.test("describeTowers() refuses CoCa, whose towers are others", () => {
  assert.throws(() => describe({ multimodal_cfg: {} }), {
    name: "UnsupportedModelError",
    message: "model_cfg.multimodal_cfg must be absent: it is a CoCa's",
  });
});
