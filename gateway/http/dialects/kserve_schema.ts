/** Bodies of inference in KServe's protocol (Open Inference Protocol, version 2), with Triton's binary tensor data extension. */
import { z } from "zod";

/** Longer names of requests are no use, and would be sent back. */
const ID_LENGTH_MAX = 256;
/** [n], or [n, 3, height, width]. */
const RANK_MAX = 8;

/** Typed clients write null for what was not set. */
const parameters = z.record(z.string(), z.unknown()).nullish();

const inputSchema = z.object({
  name: z.string(),
  datatype: z.string(),
  shape: z.array(z.int().min(0)).min(1).max(RANK_MAX),
  parameters,
  data: z.array(z.unknown()).nullish(),
});

/** An input of a request. */
export type KserveInput = z.infer<typeof inputSchema>;

/** A request, or the JSON before its tensors. */
export const requestSchema = z.object({
  id: z.string().max(ID_LENGTH_MAX).optional(),
  parameters,
  inputs: z.array(inputSchema),
  outputs: z.array(z.object({ name: z.string(), parameters })).optional(),
});

/** A request's JSON. */
export type KserveRequest = z.infer<typeof requestSchema>;

/** A reply, or the JSON before its tensors. */
export const replySchema = z.object({
  id: z.string().optional(),
  model_name: z.string(),
  model_version: z.string().optional(),
  parameters: z.record(z.string(), z.string()).optional(),
  outputs: z.array(z.object({
    name: z.string(),
    datatype: z.literal("FP32"),
    /** Rows, and the length of an embedding. */
    shape: z.array(z.int()).length(2),
    parameters: z.object({ binary_data_size: z.int() }).optional(),
    data: z.array(z.number()).optional(),
  })),
});

/** A reply with its tensors behind the JSON. */
export const binaryReplySchema = z.file().meta({
  description:
    "The JSON, without data, and float32 numbers behind it, little-endian, row by row; inference-header-content-length " +
    "has the JSON's bytes. For binary_data, binary_data_output, or an input without JSON",
});

/** What tritonclient puts into its exception: with an object in its place, `str()` of that throws. */
export const errorSchema = z.object({ error: z.string() });
