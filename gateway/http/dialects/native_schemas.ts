/** `POST /embed` as schemas. */
import { z } from "zod";
import { IMAGE_BATCH_TYPE } from "../../contract/image_batch.ts";
import { OPTION_FIELDS } from "../../contract/options.ts";
import {
  EMBEDDING,
  ERROR_CODE,
  EXAMPLE_PHOTO,
  FILE,
  IMAGE_TEXT,
  IMAGE_TEXTS,
  INPUTS,
  MODEL_NAME,
  WORDS,
  WORDS_LIST,
} from "../codec/input_schemas.ts";
import type { DialectSchemas } from "./dialect.ts";

const COMMON = { model: MODEL_NAME.optional(), ...OPTION_FIELDS };

const FAULT = { code: ERROR_CODE, message: z.string() };

/** `{"error": {"code", "message", "request_id"}}`. */
export const NATIVE_ERROR: z.ZodType = z.strictObject({
  error: z.strictObject({ ...FAULT, request_id: z.string() }),
});

/** The models' names in a reply: of images and of texts where the request has both. */
export const ANSWERED_BY = [
  { model: z.string() },
  { models: z.strictObject({ image: z.string(), text: z.string() }) },
] as const;

const RESULT = z.union([
  z.strictObject({
    index: z.int().min(0),
    status: z.literal("ok"),
    embedding: EMBEDDING,
    truncated: z.literal(true).optional(),
  }),
  z.strictObject({
    index: z.int().min(0),
    status: z.literal("error"),
    error: z.strictObject(FAULT),
  }),
]);

const DIM = z.int().min(1).meta({ description: "Length of an embedding" });

/** One embedding of one input, a list of a list's, and results where the option `on_error` is `item`. */
const REPLY = z.union(ANSWERED_BY.flatMap((names) => [
  z.strictObject({
    embedding: EMBEDDING,
    ...names,
    dim: DIM,
    truncated: z.literal(true).optional(),
  }),
  z.strictObject({
    embeddings: z.array(EMBEDDING),
    ...names,
    dim: DIM,
    truncated: z.array(z.int().min(0)).optional(),
  }),
  z.strictObject({ results: z.array(RESULT), ...names, dim: DIM }),
]));

/** A form says a list by a name that is there several times, or once. */
const FORM_FIELDS = {
  image: FILE,
  images: z.union([FILE, z.array(FILE).min(1).meta({ limit: "request_images" })]),
  text: WORDS,
  texts: z.union([WORDS, WORDS_LIST]),
};

const OPTIONAL_FIELDS = z.object(FORM_FIELDS).partial().shape;

/** A name stands in a part's head, where clients write quotes and line ends as %22, %0D and %0A, and nobody writes NUL. */
const NAME_PATTERN = "^[^\\u0000]*$";

/** At least one of them. */
const FORM = z.union(
  Object.entries(FORM_FIELDS).map(([name, schema]) =>
    z.object({ ...OPTIONAL_FIELDS, [name]: schema, ...COMMON }).catchall(FILE)
      .meta({ propertyNames: { pattern: NAME_PATTERN } })
  ),
).meta({
  description: "A file of another name is an image as well",
});

/** Bodies of every kind. */
export const NATIVE_SCHEMAS: DialectSchemas = {
  summary: "Embeddings of images and texts",
  request: z.union([
    z.strictObject({ image: IMAGE_TEXT, ...COMMON }),
    z.strictObject({ images: IMAGE_TEXTS, ...COMMON }),
    z.strictObject({ text: WORDS, ...COMMON }),
    z.strictObject({ texts: WORDS_LIST, ...COMMON }),
    z.strictObject({ inputs: INPUTS, ...COMMON }),
  ]).meta({
    examples: [
      { image: EXAMPLE_PHOTO },
      { texts: ["a dog", "a cat"], encoding_format: "base64" },
      { inputs: [{ text: "a dog" }, { image: EXAMPLE_PHOTO }] },
    ],
  }),
  bodies: {
    "multipart/form-data": FORM,
    "image/*": FILE,
    "application/octet-stream": FILE,
    [IMAGE_BATCH_TYPE]: z.file().meta({
      description: "Several images: of each its length, u32 little-endian, and its bytes",
    }),
    "text/plain": WORDS,
  },
  query: z.strictObject(COMMON),
  reply: REPLY,
  replies: {
    "application/octet-stream": z.file().meta({
      description:
        "float32 numbers, little-endian, row by row; x-embedding-shape has rows,dim. For Accept: application/octet-stream",
    }),
  },
  error: NATIVE_ERROR,
};
