/** `POST /v1/embeddings` and the lists of models as schemas. */
import { z } from "zod";
import { INPUT_OPTION_FIELDS, OPTION_FIELDS } from "../../contract/options.ts";
import { isMessage } from "../codec/content_part.ts";
import {
  EMBEDDING,
  ERROR_CODE,
  EXAMPLE_PHOTO,
  IMAGE_TEXT,
  MODEL_NAME,
  WORDS,
} from "../codec/input_schemas.ts";
import { SERVED_MODEL } from "../codec/model_schema.ts";
import type { DialectSchemas } from "./dialect.ts";

/** What infinity's client sends where nobody chose a model. */
export const NO_MODEL = "default/not-specified";

const NONE = z.null().optional();
/** What an image of a part may stand in, each without the others. */
const IMAGE_FIELDS = ["image", "image_url", "image_base64"] as const;
const ADDRESS = z.union([IMAGE_TEXT, z.object({ url: IMAGE_TEXT })]);

/** One image or one text; what else there is goes unread. */
function partOf(others: z.ZodRawShape): z.ZodType {
  const type = (pattern: RegExp) => z.string().regex(pattern).nullish();
  const none = { image: NONE, image_url: NONE, image_base64: NONE, text: NONE };
  return z.union([
    z.object({ ...none, type: type(/^(input_)?text$/), text: WORDS, ...others }),
    ...IMAGE_FIELDS.map((name) =>
      z.object({ ...none, type: type(/^(input_)?image/), [name]: ADDRESS, ...others })
    ),
  ]);
}

const PART = z.union([WORDS, partOf({})]).meta({ id: "chat_part" });
const CONTENT = z.union([PART, z.array(PART)]).meta({ id: "chat_content" });
type Content = z.infer<typeof CONTENT>;

interface Message {
  readonly content: Content;
}

const MESSAGE = z.object({ role: z.unknown().optional(), content: CONTENT });
const ROLE_MESSAGE = z.object({ role: z.string(), content: CONTENT });

/** A conversation is embedded as its one part; an empty text beside one is none. */
function hasOnePart(messages: readonly Message[]): boolean {
  const parts = messages.flatMap(({ content }) => Array.isArray(content) ? content : [content]);
  return parts.length === 1 || parts.filter((part) => !isEmptyText(part)).length === 1;
}

function isEmptyText(part: unknown): boolean {
  return part === "" || (part as { readonly text?: unknown }).text === "";
}

const ONE_PART = "has one image or one text in all; empty texts beside it are none";
const CONVERSATION = z.array(MESSAGE).min(1).refine(hasOnePart).meta({ description: ONE_PART });
const ROLE_CONVERSATION = z.array(ROLE_MESSAGE).min(1).refine(hasOnePart)
  .meta({ description: ONE_PART });

const ITEM = z.union([
  WORDS,
  partOf({ content: NONE }),
  MESSAGE.refine((message) => hasOnePart([message])).meta({ description: ONE_PART }),
]);

/** All messages with roles are one conversation, and never inputs of their own. */
const ITEMS = z.array(z.union([ITEM, CONVERSATION])).min(1).refine((items) =>
  !items.every(isMessage)
)
  .meta({ limit: "request_inputs" });

const MODALITY = z.enum(["image", "text"]);

const COMMON = {
  model: z.union([MODEL_NAME, z.literal(NO_MODEL)]).optional(),
  modality: z.union([MODALITY, z.array(MODALITY)]).optional().meta({
    description: "What strings are, all of them or each; unless given, data URIs are images",
  }),
  dimensions: z.int().min(0).optional().meta({
    description: "0, or the length that the model's embeddings have",
    limit: "dimensions",
  }),
  encoding_format: OPTION_FIELDS.encoding_format,
  embedding_type: OPTION_FIELDS.encoding_format,
  normalize: OPTION_FIELDS.normalize,
  normalized: OPTION_FIELDS.normalize,
  ...INPUT_OPTION_FIELDS,
};

/** Other fields belong to other servers' models, and go unread. */
const REQUEST = z.union([
  z.object({
    input: z.union([ITEM, ROLE_CONVERSATION, ITEMS]),
    messages: z.never().optional(),
    ...COMMON,
  }),
  z.object({ messages: ROLE_CONVERSATION, input: z.never().optional(), ...COMMON }),
]).meta({
  examples: [
    { input: ["a dog", `data:image/jpeg;base64,${EXAMPLE_PHOTO}`] },
    { input: EXAMPLE_PHOTO, modality: "image", encoding_format: "base64" },
    {
      messages: [{
        role: "user",
        content: [{
          type: "image_url",
          image_url: { url: `data:image/jpeg;base64,${EXAMPLE_PHOTO}` },
        }],
      }],
    },
  ],
});

const ERROR_TYPES = [
  "rate_limit_error",
  "authentication_error",
  "server_error",
  "invalid_request_error",
] as const;

/** JSON both ways. */
export const OPENAI_SCHEMAS: DialectSchemas = {
  summary: "Embeddings as clients of OpenAI, NIM, infinity, Jina and vLLM ask for them",
  request: REQUEST,
  reply: z.strictObject({
    object: z.literal("list"),
    data: z.array(z.strictObject({
      object: z.literal("embedding"),
      index: z.int().min(0),
      embedding: EMBEDDING,
    })),
    model: z.string(),
    usage: z.strictObject({ prompt_tokens: z.int(), total_tokens: z.int() }),
  }),
  error: z.strictObject({
    error: z.strictObject({
      message: z.string(),
      type: z.enum(ERROR_TYPES),
      param: z.enum(["model", "input"]).nullable(),
      code: ERROR_CODE,
    }),
  }),
};

/** What both lists of models are. */
export const OPENAI_MODELS: z.ZodType = z.strictObject({
  object: z.literal("list"),
  data: z.array(z.strictObject({
    id: z.string(),
    object: z.literal("model"),
    created: z.int(),
    owned_by: z.string(),
    stats: z.strictObject({}),
  })),
  models: z.array(SERVED_MODEL),
});
