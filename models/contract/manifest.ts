/**
 * The model manifest: one JSON file a model, `model_repository/<name>/manifest.json`.
 *
 * It is the single source of the preprocessing settings, the exporter's graph, `config.pbtxt` and what the
 * gateway expects of an engine.
 */
import { z } from "zod";
import { preprocessSpecSchema } from "../../preprocess/contract/preprocess_spec.ts";

const positiveInt = z.number().int().positive();
const identifier = z.string().regex(/^[A-Za-z0-9_]{1,64}$/);

const tensorSchema = z.strictObject({
  /** Name of the tensor in the graph and on Triton's wire. */
  name: identifier,
  datatype: z.enum(["FP32", "UINT8"]),
  /** Shape of one item, without the batch dimension. */
  shape: z.array(positiveInt).min(1).max(4),
});

/** A DCT descriptor that needs no weights; the formula stands in `models/graph/dct_descriptor.ts`. */
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

/**
 * The image tower of open_clip's CLIP, with weights; the formula stands in `models/graph/vit.ts`. The image's side is
 * `preprocess.size`, the width of the embedding `output.shape`.
 */
const openClipVitSchema = z.strictObject({
  type: z.literal("open_clip_vit"),
  width: positiveInt,
  layers: positiveInt,
  heads: positiveInt,
  /** Side in pixels of a patch; the image holds a whole number of them. */
  patch_size: positiveInt,
  /** Width between the two layers of an MLP: `int(width * mlp_ratio)`. */
  mlp_width: positiveInt,
  /** The exact GELU, by the error function; some of OpenAI's models have another. */
  activation: z.literal("gelu_erf"),
  layer_norm_epsilon: z.number().positive(),
  /**
   * What matrix products compute in. `none`: FP32. `float16`: constants rounded to FP16, and Casts in the graph around
   * what computes in it; the rule stands in `models/graph/vit_tower.ts`. `int8_dynamic`: constant factors rounded to 8 bits,
   * inputs as they come, with a scale that spans the batch, so only a batch of 1 keeps pictures apart.
   */
  quantization: z.enum(["none", "float16", "int8_dynamic"]),
});

/** A checkpoint on a model hub. */
const weightsSchema = z.strictObject({
  /** `owner/name` on the hub. */
  repo: z.string().regex(/^[\w-][\w.-]*\/[\w-][\w.-]*$/),
  /** Branch, tag or commit. */
  revision: z.string().regex(/^[\w-][\w.-]*$/),
  file: z.string().regex(/^[\w-][\w.-]*\.safetensors$/),
  /** Of the file, in hex; without it the hub's own word counts. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/).optional(),
});

const referenceSchema = z.strictObject({
  /** A model of the repository that embeds the same photo the same way, but for rounding. */
  model: identifier,
  /** Cosine of the two models' golden embeddings below which this one is not exported. */
  cosine_min: z.number().min(0).max(1),
});

/** How Triton runs the model: what becomes of this stands in `models/export/config_pbtxt.ts`. */
const servingSchema = z.strictObject({
  accelerator: z.enum(["none", "cuda", "tensorrt"]),
  batching: z.enum(["none", "latency", "throughput"]),
  /** Batches run before the model counts as ready: these sizes, or each that there can be. */
  warmup_batch_sizes: z.union([z.literal("every"), z.array(positiveInt).min(1)]),
});

/** The manifest as it stands in the file; `parseManifest()` also checks relations between fields. */
const manifestSchema = z.strictObject({
  name: identifier,
  description: z.string().min(1),
  license: z.string().min(1),
  architecture: z.discriminatedUnion("type", [dctSchema, openClipVitSchema]),
  weights: weightsSchema.optional(),
  /** The model that this one is a variant of. */
  reference: referenceSchema.optional(),
  preprocess: preprocessSpecSchema,
  input: tensorSchema,
  output: tensorSchema,
  max_batch_size: positiveInt,
  serving: servingSchema,
});

/** A manifest that passed `parseManifest()`. */
export type ModelManifest = z.infer<typeof manifestSchema>;
/** Name, datatype and shape of the model's input or output. */
export type TensorSpec = ModelManifest["input"];
/** Parameters of the DCT descriptor. */
export type DctArchitecture = z.infer<typeof dctSchema>;
/** Parameters of an image tower of open_clip. */
export type OpenClipVitArchitecture = z.infer<typeof openClipVitSchema>;
/** Where a model's weights come from. */
export type WeightsSpec = z.infer<typeof weightsSchema>;
/** How Triton runs the model. */
export type ServingSpec = z.infer<typeof servingSchema>;

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
  const problem = findContradiction(manifest);
  if (problem !== undefined) throw new SyntaxError(`Cannot read model manifest: ${problem}`);
  return manifest;
}

function findContradiction(manifest: ModelManifest): string | undefined {
  const { input, preprocess: { size }, architecture, weights, max_batch_size, serving } = manifest;
  const shape = input.datatype === "FP32" ? [3, size, size] : [size, size, 3];
  if (input.shape.join() !== shape.join()) {
    return `input shape must be [${shape}] for ${input.datatype}: current value is [${input.shape}]`;
  }
  const needsWeights = architecture.type !== "dct";
  if (needsWeights !== (weights !== undefined)) {
    return `weights must be ${needsWeights ? "given" : "left out"} for ${architecture.type}`;
  }
  const isPerTensor = architecture.type === "open_clip_vit" &&
    architecture.quantization === "int8_dynamic";
  if (isPerTensor && max_batch_size > 1) {
    return `max_batch_size must be 1 for int8_dynamic: current value is ${max_batch_size}`;
  }
  if ((serving.batching === "none") !== (max_batch_size === 1)) {
    return `batching must be none if and only if max_batch_size is 1: current values are ` +
      `${serving.batching} and ${max_batch_size}`;
  }
  // Triton crashes on a warm-up that is larger.
  const largest = serving.warmup_batch_sizes === "every"
    ? max_batch_size
    : Math.max(...serving.warmup_batch_sizes);
  if (largest > max_batch_size) {
    return `warmup_batch_sizes must be ≤ ${max_batch_size}: current value is ${largest}`;
  }
  return undefined;
}

/** Elements of one item of a tensor. */
export function elementCount(tensor: TensorSpec): number {
  return tensor.shape.reduce((product, extent) => product * extent, 1);
}

/** Bytes of one item of a tensor. */
export function itemByteLength(tensor: TensorSpec): number {
  return elementCount(tensor) * (tensor.datatype === "FP32" ? 4 : 1);
}
