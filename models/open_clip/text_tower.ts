/** From open_clip's `text_cfg` to the numbers of a text tower. */
import type { OpenClipTextArchitecture } from "../contract/architecture.ts";
import { blockNumbers, unsupported } from "./blocks.ts";
import { type ModelConfig, parseTextConfig, type TextConfig } from "./model_config.ts";

/** Tokens of CLIP's vocabulary. */
const CLIP_VOCAB_SIZE = 49408;

/**
 * The text tower of a model.
 *
 * @throws {UnsupportedModelError} when it has no graph here, takes other tokens than CLIP's, or a field is unknown.
 */
export function textTower(model: ModelConfig): OpenClipTextArchitecture {
  const config = parseTextConfig(model);
  assertOwnTower(config);
  assertClipTokens(config);
  const { layers, heads, pool_type, eos_id, ls_init_value, context_length, vocab_size } = config;
  if (!isPoolType(pool_type)) {
    throw unsupported("text_cfg.pool_type", "argmax, first, last or eos", pool_type);
  }
  return {
    type: "open_clip_text",
    ...blockNumbers("text_cfg", config, { layers, heads, isQuick: model.quick_gelu }),
    context_length,
    vocab_size,
    layer_scale: ls_init_value !== undefined,
    causal_mask: !config.no_causal_mask,
    pool_type,
    ...pool_type === "eos" ? { eos_id } : {},
    projection: projection(config, model.embed_dim),
  };
}

function assertOwnTower({ hf_model_name, embed_cls }: TextConfig): void {
  if (hf_model_name) throw unsupported("text_cfg.hf_model_name", "absent", hf_model_name);
  if (embed_cls) throw unsupported("text_cfg.embed_cls", "false", true);
}

/** open_clip takes its SimpleTokenizer where no other one is named. */
function assertClipTokens(config: TextConfig): void {
  const { hf_tokenizer_name, tokenizer_kwargs, vocab_size } = config;
  if (hf_tokenizer_name) {
    throw unsupported("text_cfg.hf_tokenizer_name", "absent, for CLIP's", hf_tokenizer_name);
  }
  const { clean = "lower", ...others } = tokenizer_kwargs ?? {};
  if (clean !== "lower") throw unsupported("text_cfg.tokenizer_kwargs.clean", "lower", clean);
  const [other] = Object.entries(others);
  if (other !== undefined) {
    throw unsupported(`text_cfg.tokenizer_kwargs.${other[0]}`, "absent", other[1]);
  }
  if (vocab_size < CLIP_VOCAB_SIZE) {
    throw unsupported("text_cfg.vocab_size", `at least CLIP's ${CLIP_VOCAB_SIZE}`, vocab_size);
  }
}

function isPoolType(name: string): name is OpenClipTextArchitecture["pool_type"] {
  return ["argmax", "first", "last", "eos"].includes(name);
}

function projection(
  { proj_type, proj_bias, width }: TextConfig,
  embedDim: number,
): OpenClipTextArchitecture["projection"] {
  if (proj_type !== "none") return proj_bias ? "linear_bias" : "linear";
  if (width !== embedDim) {
    throw unsupported("text_cfg.width", `embed_dim, ${embedDim}, without a projection`, width);
  }
  return "none";
}
