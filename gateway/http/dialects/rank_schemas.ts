/** `POST /rank` as schemas. */
import { z } from "zod";
import { INPUT_OPTION_FIELDS } from "../../contract/options.ts";
import { EXAMPLE_PHOTO, INPUT, INPUTS, MODEL_NAME } from "../codec/input_schemas.ts";
import type { DialectSchemas } from "./dialect.ts";
import { ANSWERED_BY, NATIVE_ERROR } from "./native_schemas.ts";

const COMMON = { model: MODEL_NAME.optional(), ...INPUT_OPTION_FIELDS };

const MEANING = { description: "How many candidates the reply has at most; absent, all" };
const TOP_K = z.int().min(1);
const TOP_K_DIGITS = z.string().regex(/^(?!0+$)\d{1,9}$/);

const RANKED = z.strictObject({
  index: z.int().min(0).meta({ description: "Place of the candidate in the request" }),
  cosine: z.number(),
  probability: z.number().min(0).max(1).optional().meta({
    description: "What the checkpoint makes of cosines between images and texts",
  }),
  truncated: z.literal(true).optional(),
});

/** JSON both ways. */
export const RANK_SCHEMAS: DialectSchemas = {
  summary: "Images and texts by their cosine with one of them",
  request: z.strictObject({
    query: INPUT,
    candidates: INPUTS,
    top_k: z.union([TOP_K, TOP_K_DIGITS]).optional().meta(MEANING),
    ...COMMON,
  }).meta({
    examples: [{
      query: { image: EXAMPLE_PHOTO },
      candidates: [{ text: "a photo of a cat" }, { text: "a photo of a dog" }],
      top_k: 1,
    }],
  }),
  query: z.strictObject({ top_k: TOP_K.max(999_999_999).optional().meta(MEANING), ...COMMON }),
  reply: z.union(ANSWERED_BY.map((names) =>
    z.strictObject({
      ranking: z.array(RANKED),
      ...names,
      logit_scale: z.number().optional(),
      logit_bias: z.number().optional(),
      query_truncated: z.literal(true).optional(),
    })
  )),
  error: NATIVE_ERROR,
};
