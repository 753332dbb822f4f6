/** From open_clip's `preprocess_cfg` to ours. */
import type { PreprocessSpec } from "../../preprocess/contract/preprocess_spec.ts";
import { parsePreprocessConfig, UnsupportedModelError } from "./model_config.ts";

/** open_clip's `OPENAI_DATASET_MEAN` and `OPENAI_DATASET_STD`, which absent fields stand for. */
const MEAN = [0.48145466, 0.4578275, 0.40821073] as const;
const STD = [0.26862954, 0.26130258, 0.27577711] as const;

/**
 * How open_clip makes a photo the input of a tower of this image size.
 *
 * @throws {UnsupportedModelError} when a field is unknown, malformed or asks for what is not here.
 */
export function preprocessSpec(config: unknown, size: number): PreprocessSpec {
  const { mean, std, interpolation, resize_mode, fill_color } = parsePreprocessConfig(config);
  return {
    size,
    mean: channels(mean ?? [...MEAN]),
    std: channels(std ?? [...STD]),
    interpolation: interpolationOf(interpolation ?? "bicubic"),
    resize_mode: resizeModeOf(resize_mode ?? "shortest"),
    ...resize_mode === "longest" && fill_color ? { fill_color } : {},
    pillow: 13,
  };
}

type Color = PreprocessSpec["mean"];

function channels(color: Color | number): Color {
  return typeof color === "number" ? [color, color, color] : color;
}

function interpolationOf(name: string): PreprocessSpec["interpolation"] {
  // A choice for training; whoever embeds gets bicubic.
  if (name === "random") return "bicubic";
  if (name === "bicubic" || name === "bilinear") return name;
  throw new UnsupportedModelError(
    `preprocess_cfg.interpolation must be bicubic, bilinear or random: current value is ${name}`,
  );
}

function resizeModeOf(name: string): PreprocessSpec["resize_mode"] {
  if (name === "shortest" || name === "longest" || name === "squash") return name;
  throw new UnsupportedModelError(
    `preprocess_cfg.resize_mode must be shortest, longest or squash: current value is ${name}`,
  );
}
