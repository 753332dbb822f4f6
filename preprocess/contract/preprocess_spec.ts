/** How a photo becomes a model's input: the object `preprocess` of the model's `manifest.json`. */
import { z } from "zod";

const mean = z.number();
const deviation = z.number().positive();

/** Field names follow open_clip's `open_clip_config.json`. */
export const preprocessSpecSchema = z.strictObject({
  /** Side of the square model input, in pixels. */
  size: z.number().int().positive(),
  /** Mean of each channel, RGB, of values in 0..1. */
  mean: z.tuple([mean, mean, mean]),
  /** Standard deviation of each channel, RGB, of values in 0..1. */
  std: z.tuple([deviation, deviation, deviation]),
  interpolation: z.literal("bicubic"),
  resize_mode: z.literal("shortest"),
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

/** What a model takes: f32 [3, size, size] (NCHW, normalised, little-endian), or the crop as it is, u8 [size, size, 3] (HWC). */
export type InputDatatype = "FP32" | "UINT8";
