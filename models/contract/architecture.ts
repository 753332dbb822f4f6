/**
 * What a model computes, as its manifest says it. A field that open_clip's configuration has as well may be left out
 * where that has a default, and then has the same one.
 */
import { z } from "zod";

const positiveInt = z.number().int().positive();

/** A DCT descriptor that needs no weights; the formula stands in `models/graph/dct_descriptor.ts`. */
export const dctSchema = z.strictObject({
  type: z.literal("dct"),
  /** Side in pixels of the blocks averaged before the transform. */
  block: positiveInt,
  /** Coefficients a side kept of luma. */
  luma: positiveInt,
  /** Coefficients a side kept of each chroma channel. */
  chroma: positiveInt,
  /** Magnitude at which a coefficient counts half of the most it can, for pixel values in 0..1. */
  knee: z.number().positive(),
  /** Frequency, in half cycles a side, from which coefficients count less and less. */
  rolloff: z.number().positive(),
});

/** What the towers with weights have in common. */
const tower = {
  width: positiveInt,
  layers: positiveInt,
  heads: positiveInt,
  /** Width between the two layers of an MLP: `int(width * mlp_ratio)`. */
  mlp_width: positiveInt,
  /**
   * `gelu_erf`: the exact GELU. `quick_gelu`: x·σ(1.702x), of OpenAI's models and open_clip's `quick_gelu`. `gelu_tanh`:
   * the approximation by tanh, of some SigLIP models.
   */
  activation: z.enum(["gelu_erf", "quick_gelu", "gelu_tanh"]),
  layer_norm_epsilon: z.number().positive(),
  /**
   * What matrix products compute in. `none`: FP32. `float16`: constants rounded to FP16, and Casts in the graph around
   * what computes in it; the rule stands in `models/graph/tower.ts`. `int8_dynamic`: constant factors rounded to 8 bits,
   * inputs as they come, with a scale that spans the batch, so only a batch of 1 keeps items apart.
   */
  quantization: z.enum(["none", "float16", "int8_dynamic"]),
};

/** Whether blocks scale what they add, channel by channel: `ls_init_value` is set. */
const layerScale = z.boolean().default(false);

/**
 * The image tower of open_clip's CLIP, with weights; the formula stands in `models/graph/vit.ts`. The image's side is
 * `preprocess.size`, the width of the embedding `output.shape`. Patch dropout is of training only, and positions are the
 * checkpoint's, learned or not. Attentional pooling and the custom blocks of `qk_norm` and its like have no graph.
 */
export const openClipVitSchema = z.strictObject({
  type: z.literal("open_clip_vit"),
  ...tower,
  /** Side in pixels of a patch; what the last ones leave of the image is cut off. */
  patch_size: positiveInt,
  layer_scale: layerScale,
  /** Whether a LayerNorm stands before the blocks: not `no_ln_pre`. */
  ln_pre: z.boolean().default(true),
  /** What becomes the embedding: the class token, or the mean of the others. */
  pool_type: z.enum(["tok", "avg"]).default("tok"),
  /** Whether the last LayerNorm is of the mean, not of the tokens that it is made of. */
  final_ln_after_pool: z.boolean().default(false),
});

/**
 * The image tower of SigLIP, as open_clip has it from timm: patches without a class token, pooled by attention from one
 * learned query (`pool: map`), without a projection. The formula stands in `models/graph/siglip_vit.ts`.
 */
export const siglipVitSchema = z.strictObject({
  type: z.literal("siglip_vit"),
  ...tower,
  /** Side in pixels of a patch; what the last ones leave of the image is cut off. */
  patch_size: positiveInt,
});

/**
 * The text tower of open_clip's CLIP, with weights; the formula stands in `models/graph/text_tower.ts`. The width of the
 * embedding is `output.shape`. Whether names in the checkpoint begin with `text.`, as those of `custom_text` do, is read
 * from there. CoCa's `embed_cls` and towers from Hugging Face have no graph.
 */
export const openClipTextSchema = z.strictObject({
  type: z.literal("open_clip_text"),
  ...tower,
  /** Tokens of an input. */
  context_length: positiveInt,
  /** Tokens that there are. */
  vocab_size: positiveInt,
  layer_scale: layerScale,
  /** Whether a token attends to none behind it: not `no_causal_mask`. */
  causal_mask: z.boolean().default(true),
  /** Which token becomes the embedding: the first of the largest id, the first, the last, or the first that is `eos_id`. */
  pool_type: z.enum(["argmax", "first", "last", "eos"]).default("argmax"),
  /** For `eos` only. */
  eos_id: z.number().int().nonnegative().optional(),
  /** The map to the embedding: a matrix; one with `proj_bias`; or `proj_type: none`. */
  projection: z.enum(["linear", "linear_bias", "none"]).default("linear"),
});

/** Parameters of the DCT descriptor. */
export type DctArchitecture = z.infer<typeof dctSchema>;
/** Parameters of an image tower of open_clip. */
export type OpenClipVitArchitecture = z.infer<typeof openClipVitSchema>;
/** Parameters of an image tower of SigLIP. */
export type SiglipVitArchitecture = z.infer<typeof siglipVitSchema>;
/** Parameters of a text tower of open_clip. */
export type OpenClipTextArchitecture = z.infer<typeof openClipTextSchema>;
/** Parameters of any tower with weights. */
export type TowerArchitecture =
  | OpenClipVitArchitecture
  | SiglipVitArchitecture
  | OpenClipTextArchitecture;
