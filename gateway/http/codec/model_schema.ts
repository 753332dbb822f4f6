/** A model in replies, as a schema. */
import { z } from "zod";

const TENSOR = z.strictObject({
  name: z.string(),
  datatype: z.string(),
  shape: z.array(z.int()),
});

/** A model that is served, in `GET /info` and the lists of models. */
export const SERVED_MODEL: z.ZodType = z.strictObject({
  name: z.string(),
  version: z.string().optional(),
  aliases: z.array(z.string()),
  description: z.string(),
  license: z.string(),
  modality: z.enum(["image", "text"]),
  is_default: z.boolean(),
  embedding_space: z.string(),
  dim: z.int().min(1),
  digest: z.string(),
  preprocess_id: z.record(z.string(), z.string()),
  tokenizer_id: z.string().optional(),
  input: TENSOR,
  output: TENSOR,
  tensor_input: z.boolean(),
  limits: z.record(z.string(), z.number()),
  memory: z.record(z.string(), z.number()).optional(),
  ready: z.boolean(),
  reason: z.string(),
}).meta({ id: "served_model" });
