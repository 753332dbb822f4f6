/** What open_clip's two towers have in common: how wide an MLP is, which GELU, which LayerNorm, and what has no graph here. */
import type { TowerArchitecture } from "../contract/architecture.ts";
import { type TextConfig, UnsupportedModelError, type VisionConfig } from "./model_config.ts";

/** PyTorch's default. */
const LAYER_NORM_EPSILON = 1e-5;

/** Each makes open_clip take another block, which has no graph here. */
const BLOCK_FLAGS = [
  "qk_norm",
  "scaled_cosine_attn",
  "scale_heads",
  "scale_attn_inner",
  "scale_attn",
  "scale_fc",
] as const;

/** Numbers of a tower that its blocks need. */
export type BlockNumbers = Pick<
  TowerArchitecture,
  "width" | "layers" | "heads" | "mlp_width" | "activation" | "layer_norm_epsilon" | "quantization"
>;

/**
 * The numbers of a tower's blocks; `path` is where its fields stand, as `vision_cfg`.
 *
 * @throws {UnsupportedModelError} when a field asks for what has no graph here.
 */
export function blockNumbers(
  path: "vision_cfg" | "text_cfg",
  config: VisionConfig | TextConfig,
  { layers, heads, isQuick }: {
    readonly layers: number;
    readonly heads: number;
    readonly isQuick: boolean;
  },
): BlockNumbers {
  const flag = BLOCK_FLAGS.find((name) => config[name]);
  if (flag !== undefined) throw unsupported(`${path}.${flag}`, "false", true);
  if (![undefined, "default"].includes(config.block_type)) {
    throw unsupported(`${path}.block_type`, "default", config.block_type);
  }
  if (config.output_tokens) throw unsupported(`${path}.output_tokens`, "false", true);
  const { width } = config;
  if (heads < 1 || width % heads !== 0) {
    throw new UnsupportedModelError(
      `${path}.width must be a multiple of its heads: current values are ${width} and ${heads}`,
    );
  }
  return {
    width,
    layers,
    heads,
    mlp_width: Math.trunc(width * config.mlp_ratio),
    activation: activation(path, config, isQuick),
    layer_norm_epsilon: layerNormEpsilon(path, config),
    quantization: "none",
  };
}

/** The refusal of a field's value. */
export function unsupported(
  field: string,
  expected: string,
  value: unknown,
): UnsupportedModelError {
  const shown = typeof value === "string" ? value : JSON.stringify(value);
  return new UnsupportedModelError(`${field} must be ${expected}: current value is ${shown}`);
}

type Activation = BlockNumbers["activation"];

function activation(
  path: string,
  { act_kwargs }: Pick<VisionConfig, "act_kwargs">,
  isQuick: boolean,
): Activation {
  const { approximate = "none", ...others } = act_kwargs ?? {};
  const [other] = Object.keys(others);
  if (other !== undefined) throw unknownArgument(`${path}.act_kwargs.${other}`);
  if (isQuick && Object.keys(act_kwargs ?? {}).length > 0) {
    throw unsupported(`${path}.act_kwargs`, "absent with quick_gelu", act_kwargs);
  }
  if (isQuick) return "quick_gelu";
  if (approximate === "tanh") return "gelu_tanh";
  if (approximate === "none") return "gelu_erf";
  throw unsupported(`${path}.act_kwargs.approximate`, "none or tanh", approximate);
}

function layerNormEpsilon(
  path: string,
  { norm_kwargs }: Pick<VisionConfig, "norm_kwargs">,
): number {
  const { eps = LAYER_NORM_EPSILON, ...others } = norm_kwargs ?? {};
  const [other] = Object.keys(others);
  if (other !== undefined) throw unknownArgument(`${path}.norm_kwargs.${other}`);
  if (typeof eps !== "number" || !(eps > 0)) {
    throw unsupported(`${path}.norm_kwargs.eps`, "positive", eps);
  }
  return eps;
}

function unknownArgument(field: string): UnsupportedModelError {
  return new UnsupportedModelError(`${field} is not known here, and may change vectors`);
}
