/**
 * `open_clip_config.json` as open_clip 3.3.0 reads it: fields, types and what an absent one means (`CLIPVisionCfg`,
 * `CLIPTextCfg` and `PreprocessCfg` there). A field that is not known here may change vectors, so it is refused.
 */
import { z } from "zod";

const positiveInt = z.number().int().positive();
const flag = z.boolean().default(false);
const text = optional(z.string());
/** Arguments by name. */
const keywords = optional(z.record(z.string(), z.unknown()));

/** Python's None is what is absent. */
function optional<Schema extends z.ZodType>(schema: Schema) {
  return schema.nullish().transform((value) => value ?? undefined);
}

/** What both towers' transformers have. */
const transformer = {
  mlp_ratio: z.number().positive().default(4),
  ls_init_value: optional(z.number()),
  act_kwargs: keywords,
  norm_kwargs: keywords,
  output_tokens: flag,
  block_type: text,
  qk_norm: flag,
  scaled_cosine_attn: flag,
  scale_heads: flag,
  scale_attn_inner: flag,
  scale_attn: flag,
  scale_fc: flag,
  final_ln_after_pool: flag,
};

const visionSchema = z.strictObject({
  ...transformer,
  /** A list is one of a ResNet's stages. */
  layers: z.union([positiveInt, z.array(positiveInt)]).default(12),
  width: positiveInt.default(768),
  head_width: positiveInt.default(64),
  patch_size: positiveInt.nullable().default(16),
  image_size: z.union([positiveInt, z.tuple([positiveInt, positiveInt])]).default(224),
  /** For training. */
  patch_dropout: z.number().default(0),
  attentional_pool: z.union([z.boolean(), z.string()]).default(false),
  attn_pooler_queries: positiveInt.default(256),
  attn_pooler_heads: positiveInt.default(8),
  no_ln_pre: flag,
  pos_embed_type: z.string().default("learnable"),
  pool_type: z.string().default("tok"),
  timm_model_name: text,
  /** Whether weights come with the trunk; those of the checkpoint replace them. */
  timm_model_pretrained: flag,
  timm_pool: z.string().default("avg"),
  timm_proj: z.string().nullable().default("linear"),
  timm_proj_bias: flag,
  /** For training. */
  timm_drop: z.number().default(0),
  timm_drop_path: optional(z.number()),
});

const textSchema = z.strictObject({
  ...transformer,
  context_length: positiveInt.default(77),
  vocab_size: positiveInt.default(49408),
  hf_tokenizer_name: text,
  tokenizer_mode: text,
  tokenizer_kwargs: keywords,
  width: positiveInt.default(512),
  heads: positiveInt.default(8),
  layers: positiveInt.default(12),
  embed_cls: flag,
  /** Of padding, which only `embed_cls` looks at. */
  pad_id: z.number().int().default(0),
  eos_id: z.number().int().default(2),
  no_causal_mask: flag,
  pool_type: z.string().default("argmax"),
  proj_bias: flag,
  proj_type: z.string().default("linear"),
  hf_model_name: text,
  hf_model_pretrained: flag,
  hf_proj_type: text,
  hf_pooler_type: text,
});

/** One number stands for all channels. */
const color = z.union([z.tuple([z.number(), z.number(), z.number()]), z.number()]);
const preprocessSchema = z.strictObject({
  /** Not used: the tower's `image_size` takes its place. */
  size: z.unknown().optional(),
  mode: z.literal("RGB").default("RGB"),
  mean: optional(color),
  std: optional(color),
  interpolation: text,
  resize_mode: text,
  fill_color: optional(z.number()),
});

const modelSchema = z.strictObject({
  embed_dim: positiveInt,
  vision_cfg: z.record(z.string(), z.unknown()),
  text_cfg: z.record(z.string(), z.unknown()),
  quick_gelu: flag,
  /** Names of tensors begin with `text.`. */
  custom_text: flag,
  /** A decoder of words, CoCa's. */
  multimodal_cfg: z.unknown().optional(),
  /** Where training of the scale began: the checkpoint has where it ended. */
  init_logit_scale: optional(z.number()),
  init_logit_bias: optional(z.number()),
  nonscalar_logit_scale: flag,
});

const configSchema = z.strictObject({
  model_cfg: modelSchema,
  preprocess_cfg: keywords,
});

/** `model_cfg`, with what absent fields mean; its towers are read by themselves, as one may be known and the other not. */
export type ModelConfig = z.infer<typeof modelSchema>;
/** `vision_cfg`, with what absent fields mean. */
export type VisionConfig = z.infer<typeof visionSchema>;
/** `text_cfg`, with what absent fields mean. */
export type TextConfig = z.infer<typeof textSchema>;
/** `preprocess_cfg`. */
export type PreprocessConfig = z.infer<typeof preprocessSchema>;

/** Why a model, or a tower of it, cannot be made; the message is what comes after "Cannot make … as ". */
export class UnsupportedModelError extends Error {
  override readonly name = "UnsupportedModelError";
}

/**
 * Reads the file's text.
 *
 * @throws {UnsupportedModelError} when it is no JSON, or a field is missing, unknown or malformed.
 */
export function parseOpenClipConfig(
  text: string,
): { readonly model: ModelConfig; readonly preprocess: Readonly<Record<string, unknown>> } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new UnsupportedModelError(
      `open_clip_config.json is no JSON: ${(error as Error).message}`,
    );
  }
  const { model_cfg, preprocess_cfg } = parse(configSchema, json, "");
  return { model: model_cfg, preprocess: preprocess_cfg ?? {} };
}

/**
 * @throws {UnsupportedModelError} when a field is unknown or malformed.
 */
export function parseVisionConfig({ vision_cfg }: ModelConfig): VisionConfig {
  return parse(visionSchema, vision_cfg, "model_cfg.vision_cfg.");
}

/**
 * @throws {UnsupportedModelError} when a field is unknown or malformed.
 */
export function parseTextConfig({ text_cfg }: ModelConfig): TextConfig {
  return parse(textSchema, text_cfg, "model_cfg.text_cfg.");
}

/**
 * @throws {UnsupportedModelError} when a field is unknown or malformed.
 */
export function parsePreprocessConfig(config: unknown): PreprocessConfig {
  return parse(preprocessSchema, config, "preprocess_cfg.");
}

/** The first problem says enough, and fits a line. */
function parse<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  prefix: string,
): z.infer<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (issue?.code === "unrecognized_keys") {
    const path = `${prefix}${issue.path.map((part) => `${String(part)}.`).join("")}`;
    throw new UnsupportedModelError(
      `${path}${issue.keys[0]} is not known here, and may change vectors`,
    );
  }
  const path = `${prefix}${issue?.path.join(".") ?? ""}`;
  throw new UnsupportedModelError(
    `${path === "" ? "open_clip_config.json" : path} is malformed: ${issue?.message}`,
  );
}
