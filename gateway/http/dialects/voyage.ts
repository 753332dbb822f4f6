/**
 * `POST /v1/multimodalembeddings` as Voyage's clients speak it (https://docs.voyageai.com/reference), and what they send to
 * `/v1/embeddings`, told from OpenAI's by fields of their own.
 */
import { z } from "zod";
import type { EmbedItem, EmbedRequest, EmbedRequestLimits } from "../../contract/embed_request.ts";
import { GatewayError } from "../../contract/errors.ts";
import { parseOptions } from "../../contract/options.ts";
import { type JsonPart, readConversation } from "../codec/content_part.ts";
import { isDataUri } from "../codec/data_uri.ts";
import { addEmbedding, addList, assertEmbedding, jsonResponse } from "../codec/embedding_json.ts";
import { countPixels } from "../codec/image_pixels.ts";
import { readInputs } from "../codec/input_list.ts";
import { readJsonFields } from "../codec/json_body.ts";
import { checkFields } from "../codec/json_schema.ts";
import { JsonText } from "../codec/json_text.ts";
import { BEARER } from "../codec/key_header.ts";
import { readModelName } from "../codec/model_name.ts";
import { packSigns } from "../codec/sign_bits.ts";
import type { Dialect, EncodedRequest, ReplyModel } from "./dialect.ts";

/** Fields of Voyage's that nobody else has; its Python client sends the first one always. */
const OWN_FIELDS = ["truncation", "output_dtype", "output_dimension"] as const;

/** Its names in the API and in its clients. */
const ENCODING = z.enum(["float", "base64"]).optional();

const REQUEST = z.looseObject({
  model: z.string().optional(),
  inputs: z.array(z.looseObject({ content: z.array(z.unknown()) })).optional(),
  input: z.union([z.string(), z.array(z.string())]).optional(),
  encoding_format: ENCODING,
  output_encoding: ENCODING,
  // int8 and uint8 are scaled by ranges that Voyage keeps to itself.
  output_dtype: z.enum(["float", "binary", "ubinary"]).optional(),
  output_dimension: z.int().positive().optional(),
  truncation: z.boolean().optional(),
});

const USAGE = z.object({
  text_tokens: z.int(),
  image_pixels: z.int(),
  video_pixels: z.literal(0),
  total_tokens: z.int(),
});
const REPLY = z.object({
  object: z.literal("list"),
  data: z.array(z.object({
    object: z.literal("embedding"),
    embedding: z.union([z.array(z.number()), z.string()]),
    index: z.int(),
  })),
  model: z.string(),
  usage: USAGE,
});

/** Inputs of one part each; one bad input fails all. */
export const voyage: Dialect = {
  name: "voyage",
  paths: ["/v1/multimodalembeddings"],
  claims: [{
    path: "/v1/embeddings",
    isMine: (fields) => OWN_FIELDS.some((name) => fields[name] !== undefined),
  }],
  schemas: {
    summary: "Embeddings of images and texts, one part an input, as Voyage gives them",
    request: REQUEST,
    reply: REPLY,
    error: z.object({ detail: z.string() }),
  },
  key: BEARER,
  decode,
  nameInput,
  reply: (request) => {
    // Before the images' bytes move away.
    const pixels = countPixels(request.inputs);
    return (items, model) => writeReply(items, model, { request, pixels });
  },
  status,
  errorBody: ({ message }) => ({ detail: message }),
};

function nameInput(index: number): string {
  return `Input ${index}`;
}

function decode(request: EncodedRequest, limits: EmbedRequestLimits): EmbedRequest {
  const fields = checkFields(REQUEST, readJsonFields(request));
  const { model, output_dtype: type = "float", output_dimension: dimensions, truncation } = fields;
  const encoding = fields.encoding_format ?? fields.output_encoding ?? "float";
  return {
    ...readInputs(partsOf(fields), { limits, keepErrors: false, nameInput }),
    model: readModelName(model),
    isSingle: false,
    ...dimensions !== undefined && { dimensions },
    ...truncation === false && { mustFit: true },
    writtenAs: [type],
    options: parseOptions({ ...request.defaults, encoding_format: encoding }),
  };
}

function partsOf({ input, inputs }: z.infer<typeof REQUEST>): readonly JsonPart[] {
  if ((input === undefined) === (inputs === undefined)) {
    throw new GatewayError("invalid_body", "Cannot embed: the body must have inputs or input");
  }
  return inputs?.map((input, index) => readConversation([input], nameInput(index))) ??
    [input ?? []].flat().map((text) => isDataUri(text) ? { image: text } : { text });
}

function writeReply(
  items: readonly EmbedItem[],
  { model, dim, tokens = 0 }: ReplyModel,
  { request, pixels }: { readonly request: EmbedRequest; readonly pixels: number },
): Response {
  const { options, writtenAs: [type] = [] } = request;
  const json = new JsonText(items.length * dim);
  json.add('{"object":"list","data":');
  addList(json, items, (item, index) => {
    const embedding = assertEmbedding(item);
    json.add('{"object":"embedding","embedding":');
    addEmbedding(
      json,
      type === "binary" || type === "ubinary" ? packSigns(embedding, type) : embedding,
      options.encodingFormat,
    );
    json.add(`,"index":${index}}`);
  });
  const usage: z.infer<typeof USAGE> = {
    text_tokens: tokens,
    image_pixels: pixels,
    video_pixels: 0,
    total_tokens: tokens,
  };
  json.add(`,"model":${JSON.stringify(model)},"usage":${JSON.stringify(usage)}}`);
  return jsonResponse(json);
}

/** As Voyage answers bad input and unknown models: its clients have an error for 400, and none for 404, 413 and 415. */
function status({ status, code }: GatewayError): number {
  return [413, 415, 422].includes(status) || code === "model_not_found" ? 400 : status;
}
