/**
 * The model manifest: one JSON file a model, `model_repository/<name>/manifest.json`.
 *
 * It is the single source of the preprocessing settings, the exporter's graph, `config.pbtxt` and what the
 * gateway expects of an engine. Field names of `preprocess` follow open_clip's `open_clip_config.json`.
 */
import { z } from "zod";

const positiveInt = z.number().int().positive();
const rgb = z.tuple([z.number(), z.number(), z.number()]);
const deviation = z.number().positive();
const identifier = z.string().regex(/^[A-Za-z0-9_]{1,64}$/);

const tensorSchema = z.strictObject({
  /** Name of the tensor in the graph and on Triton's wire. */
  name: identifier,
  datatype: z.enum(["FP32", "UINT8"]),
  /** Shape of one item, without the batch dimension. */
  shape: z.array(positiveInt).min(1).max(4),
});

const preprocessSchema = z.strictObject({
  /** Side of the square model input, in pixels. */
  size: positiveInt,
  /** Mean of each channel, RGB, of values in 0..1. */
  mean: rgb,
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

/** A DCT descriptor that needs no weights; the formula stands in `exporter/dct_descriptor.ts`. */
const dctSchema = z.strictObject({
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

/** The manifest as it stands in the file; `parseManifest()` also checks relations between fields. */
export const manifestSchema = z.strictObject({
  name: identifier,
  description: z.string().min(1),
  license: z.string().min(1),
  architecture: z.discriminatedUnion("type", [dctSchema]),
  preprocess: preprocessSchema,
  input: tensorSchema,
  output: tensorSchema,
  max_batch_size: positiveInt,
});

/** A manifest that passed `parseManifest()`. */
export type ModelManifest = z.infer<typeof manifestSchema>;
/** Name, datatype and shape of the model's input or output. */
export type TensorSpec = ModelManifest["input"];
/** How a photo becomes the model's input. */
export type PreprocessSpec = ModelManifest["preprocess"];
/** Parameters of the DCT descriptor. */
export type DctArchitecture = z.infer<typeof dctSchema>;

/**
 * Parses a manifest and checks the relations between its fields.
 *
 * @throws {SyntaxError} when the text is not JSON or a field is missing, unknown or out of range.
 */
export function parseManifest(text: string): ModelManifest {
  const result = manifestSchema.safeParse(JSON.parse(text));
  if (!result.success) {
    throw new SyntaxError(
      `Cannot read model manifest: ${z.prettifyError(result.error)}`,
    );
  }
  const manifest = result.data;
  const pixels = 3 * manifest.preprocess.size ** 2;
  if (elementCount(manifest.input) !== pixels) {
    throw new SyntaxError(
      `Cannot read model manifest: input shape must hold ${pixels} elements: current value is ${
        elementCount(manifest.input)
      }`,
    );
  }
  return manifest;
}

/** Elements of one item of a tensor. */
export function elementCount(tensor: TensorSpec): number {
  return tensor.shape.reduce((product, extent) => product * extent, 1);
}

/** Bytes of one item of a tensor. */
export function itemByteLength(tensor: TensorSpec): number {
  return elementCount(tensor) * (tensor.datatype === "FP32" ? 4 : 1);
}
