/** Bodies of the gateway's own replies as schemas. */
import { z } from "zod";
import { SERVED_MODEL } from "../codec/model_schema.ts";

const STATUS = z.strictObject({ status: z.enum(["ready", "not_ready"]), reason: z.string() });

/** `GET /readyz`. */
export const READINESS: z.ZodType = STATUS.extend({
  models: z.record(z.string(), STATUS).optional(),
});

const TEXTS = z.record(z.string(), z.string());
const NUMBERS = z.record(z.string(), z.number());

/** `GET /info`. */
export const GATEWAY_INFO: z.ZodType = z.strictObject({
  name: z.string(),
  version: z.string(),
  engine: z.looseObject({ engine: z.string(), runtime: z.string() }),
  model: z.strictObject({ name: z.string(), description: z.string(), license: z.string() }),
  preprocess_id: TEXTS,
  orient: z.strictObject({ default: z.string() }),
  decode: z.strictObject({ default: z.string(), fast_scale_min: z.number() }),
  jpeg_decoder: z.string(),
  accepted_formats: z.array(z.string()),
  url_input: z.enum(["off", "https"]),
  limits: NUMBERS,
  versions: TEXTS,
  models: z.array(SERVED_MODEL),
});
