/** How a photo becomes a model's input: the object `preprocess` of the model's `manifest.json`. */
import { z } from "zod";

const mean = z.number();
const deviation = z.number().positive();

/** Field names, and what they mean, follow open_clip's `open_clip_config.json`. */
export const preprocessSpecSchema = z.strictObject({
  /** Side of the square model input, in pixels. */
  size: z.number().int().positive(),
  /** Mean of each channel, RGB, of values in 0..1. */
  mean: z.tuple([mean, mean, mean]),
  /** Standard deviation of each channel, RGB, of values in 0..1. */
  std: z.tuple([deviation, deviation, deviation]),
  /** How pixels are weighed. `random` is a choice for training; whoever embeds gets bicubic. */
  interpolation: z.enum(["bicubic", "bilinear", "random"]),
  /**
   * Which side becomes `size`: the shorter one, with the middle of the longer one cut out; the longer one, with
   * margins beside the shorter one; or both, so that the picture is distorted.
   */
  resize_mode: z.enum(["shortest", "longest", "squash"]),
  /** Sample of the margins of `longest`, in the picture's own mode, where 0 is black in RGB but white in CMYK; 0 unless given. */
  fill_color: z.number().int().min(0).max(255).optional(),
  /**
   * Which Pillow's pass order to follow: 13 resizes tall pictures vertically first, 12 and older always
   * horizontally first. Levels differ by up to 3.
   */
  pillow: z.union([z.literal(12), z.literal(13)]),
});

/** How a photo becomes the model's input. */
export type PreprocessSpec = z.infer<typeof preprocessSpecSchema>;
/** Which Pillow's pass order to follow. */
export type PillowVersion = PreprocessSpec["pillow"];
/** How pixels are weighed. */
export type Interpolation = PreprocessSpec["interpolation"];

/** What of a spec decides the crop: bicubic and shortest unless said otherwise. */
export type CropSettings =
  & Pick<PreprocessSpec, "size" | "pillow">
  & Partial<Pick<PreprocessSpec, "interpolation" | "resize_mode" | "fill_color">>;

/** What a model takes: f32 [3, size, size] (NCHW, normalised, little-endian), or the crop as it is, u8 [size, size, 3] (HWC). */
export type InputDatatype = "FP32" | "UINT8";
