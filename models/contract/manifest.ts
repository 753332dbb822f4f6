/**
 * The model manifest: one JSON file a model, `model_repository/<name>/manifest.json`.
 *
 * It is the single source of the preprocessing settings, the exporter's graph, `config.pbtxt` and what the
 * gateway expects of an engine.
 */
import { z } from "zod";
import {
  dctSchema,
  openClipTextSchema,
  openClipVitSchema,
  siglipVitSchema,
} from "./architecture.ts";
import { preprocessSpecSchema } from "../../preprocess/contract/preprocess_spec.ts";

const positiveInt = z.number().int().positive();
const identifier = z.string().regex(/^[A-Za-z0-9_]{1,64}$/);

/** A tensor of one of these datatypes. */
function tensorSchema<const Datatypes extends readonly ["FP32" | "UINT8" | "INT32", ...string[]]>(
  datatypes: Datatypes,
) {
  return z.strictObject({
    /** Name of the tensor in the graph and on Triton's wire. */
    name: identifier,
    datatype: z.enum(datatypes),
    /** Shape of one item, without the batch dimension. */
    shape: z.array(positiveInt).min(1).max(4),
  });
}

/** How words become a text model's input. */
const tokenizerSchema = z.strictObject({
  /** CLIP's byte-pair encoding, with open_clip's cleaning; the code stands in `tokenize/`. */
  type: z.literal("clip_bpe"),
  /** The merges on the model hub, in the repository of the weights. */
  vocabulary: z.strictObject({
    file: z.string().regex(/^[\w-][\w.-]*\.txt$/),
    /** Of the file, in hex. */
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
  }),
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

/** What every manifest has. */
const common = {
  name: identifier,
  description: z.string().min(1),
  license: z.string().min(1),
  weights: weightsSchema.optional(),
  /** The model that this one is a variant of. */
  reference: referenceSchema.optional(),
  output: tensorSchema(["FP32"]),
  max_batch_size: positiveInt,
  serving: servingSchema,
};

const imageManifestSchema = z.strictObject({
  ...common,
  modality: z.literal("image"),
  architecture: z.discriminatedUnion("type", [dctSchema, openClipVitSchema, siglipVitSchema]),
  preprocess: preprocessSpecSchema,
  input: tensorSchema(["FP32", "UINT8"]),
});

const textManifestSchema = z.strictObject({
  ...common,
  modality: z.literal("text"),
  architecture: openClipTextSchema,
  tokenizer: tokenizerSchema,
  input: tensorSchema(["INT32"]),
});

/** The manifest as it stands in the file; `parseManifest()` also checks relations between fields. */
const manifestSchema = z.discriminatedUnion("modality", [imageManifestSchema, textManifestSchema]);

/** The manifest of a model that embeds images. */
export type ImageManifest = z.infer<typeof imageManifestSchema>;
/** The manifest of a model that embeds texts. */
export type TextManifest = z.infer<typeof textManifestSchema>;
/** A manifest that passed `parseManifest()`. */
export type ModelManifest = ImageManifest | TextManifest;
/** What a model embeds. */
export type Modality = ModelManifest["modality"];
/** Name, datatype and shape of a model's input or output. */
export type TensorSpec = (ImageManifest | TextManifest)["input"] | ModelManifest["output"];
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
  const { input, architecture, weights, max_batch_size, serving } = manifest;
  const shape = inputShape(manifest);
  if (input.shape.join() !== shape.join()) {
    return `input shape must be [${shape}] for ${input.datatype}: current value is [${input.shape}]`;
  }
  const needsWeights = architecture.type !== "dct";
  if (needsWeights !== (weights !== undefined)) {
    return `weights must be ${needsWeights ? "given" : "left out"} for ${architecture.type}`;
  }
  const isPerTensor = architecture.type !== "dct" && architecture.quantization === "int8_dynamic";
  if (isPerTensor && max_batch_size > 1) {
    return `max_batch_size must be 1 for int8_dynamic: current value is ${max_batch_size}`;
  }
  if (architecture.type === "open_clip_text") {
    const { pool_type, eos_id } = architecture;
    if ((pool_type === "eos") !== (eos_id !== undefined)) {
      return `eos_id must be given if and only if pool_type is eos: current values are ${eos_id} and ${pool_type}`;
    }
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

/** What one item of the input must be shaped like. */
function inputShape(manifest: ModelManifest): number[] {
  if (manifest.modality === "text") return [manifest.architecture.context_length];
  const { input: { datatype }, preprocess: { size } } = manifest;
  return datatype === "FP32" ? [3, size, size] : [size, size, 3];
}

/** Elements of one item of a tensor. */
export function elementCount(tensor: TensorSpec): number {
  return tensor.shape.reduce((product, extent) => product * extent, 1);
}

/** Bytes of one item of a tensor. */
export function itemByteLength(tensor: TensorSpec): number {
  return elementCount(tensor) * (tensor.datatype === "UINT8" ? 1 : 4);
}
