/**
 * `POST /v2/embed` and `/v1/embed` as Cohere's clients and vLLM's speak them
 * (https://docs.cohere.com/reference/embed).
 */
import { z } from "zod";
import type { EmbedItem, EmbedRequest, EmbedRequestLimits } from "../../contract/embed_request.ts";
import { GatewayError } from "../../contract/errors.ts";
import { parseOptions } from "../../contract/options.ts";
import { type JsonPart, readConversation } from "../codec/content_part.ts";
import { addEmbedding, addList, assertEmbedding, jsonResponse } from "../codec/embedding_json.ts";
import { readInputs } from "../codec/input_list.ts";
import { readJsonFields } from "../codec/json_body.ts";
import { checkFields } from "../codec/json_schema.ts";
import { JsonText } from "../codec/json_text.ts";
import { BEARER } from "../codec/key_header.ts";
import { readModelName } from "../codec/model_name.ts";
import { packSigns } from "../codec/sign_bits.ts";
import type { Dialect, EncodedRequest, ReplyModel } from "./dialect.ts";

/** int8 and uint8 are scaled by ranges that Cohere has of its own models, and keeps to itself. */
const TYPES = ["float", "base64", "binary", "ubinary"] as const;
type Type = typeof TYPES[number];

const REQUEST = z.looseObject({
  model: z.string().optional(),
  texts: z.array(z.string()).optional(),
  images: z.array(z.string()).optional(),
  inputs: z.array(z.looseObject({ content: z.array(z.unknown()) })).optional(),
  embedding_types: z.array(z.enum(TYPES)).optional(),
  output_dimension: z.int().positive().optional(),
  truncate: z.enum(["NONE", "END"]).optional(),
});

const META = z.object({
  api_version: z.object({ version: z.enum(["1", "2"]) }),
  billed_units: z.object({ images: z.int(), input_tokens: z.int() }),
});
const REPLY = z.object({
  id: z.string(),
  embeddings: z.union([
    z.array(z.array(z.number())),
    z.partialRecord(z.enum(TYPES), z.array(z.union([z.array(z.number()), z.string()]))),
  ]),
  texts: z.array(z.string()),
  meta: META,
  response_type: z.enum(["embeddings_floats", "embeddings_by_type"]),
});

/** A type each of embeddings, of which floats are the default. */
export const cohere: Dialect = dialectOf("cohere", "2");

/** The same, but for a bare list of floats where no type is asked for. */
export const cohereV1: Dialect = dialectOf("cohere_v1", "1");

function dialectOf(name: string, version: "1" | "2"): Dialect {
  return {
    name,
    paths: [`/v${version}/embed`],
    schemas: {
      summary: "Embeddings of texts, of images, or of inputs that are either, as Cohere gives them",
      request: REQUEST,
      reply: REPLY,
      error: z.object({ id: z.string(), message: z.string() }),
    },
    key: BEARER,
    decode: (request, limits) => decode(request, { limits, version }),
    nameInput,
    reply: (request) => (items, model) => writeReply(items, model, { request, version }),
    status,
    errorBody: ({ message }, id) => ({ id, message }),
  };
}

function nameInput(index: number): string {
  return `Input ${index}`;
}

function decode(
  request: EncodedRequest,
  { limits, version }: { readonly limits: EmbedRequestLimits; readonly version: string },
): EmbedRequest {
  const fields = checkFields(REQUEST, readJsonFields(request));
  const { model, embedding_types: types = [], output_dimension: dimensions, truncate } = fields;
  if (fields.max_tokens !== undefined) throw notCutShorter();
  const isByType = types.length > 0 || version === "2";
  return {
    ...readInputs(partsOf(fields), { limits, keepErrors: false, nameInput }),
    model: readModelName(model),
    isSingle: false,
    ...dimensions !== undefined && { dimensions },
    ...truncate === "NONE" && { mustFit: true },
    ...isByType && { writtenAs: types.length > 0 ? [...new Set(types)] : ["float"] },
    options: parseOptions({ ...request.defaults }),
  };
}

/** One that is more than the model takes would change nothing; but what it takes is not known before it is chosen. */
function notCutShorter(): GatewayError {
  return new GatewayError(
    "invalid_option",
    "Cannot embed as max_tokens must be left out: a text is cut where the model's input ends",
  );
}

function partsOf({ texts, images, inputs }: z.infer<typeof REQUEST>): readonly JsonPart[] {
  const lists = [
    texts?.map((text) => ({ text })),
    images?.map((image) => ({ image })),
    inputs?.map((input, index) => readConversation([input], nameInput(index))),
  ].filter((list) => list !== undefined && list.length > 0);
  const [list, ...others] = lists;
  if (list !== undefined && others.length === 0) return list;
  throw new GatewayError(
    "invalid_body",
    "Cannot embed: the body must have one of texts, images and inputs, which is a list of at least one",
  );
}

function writeReply(
  items: readonly EmbedItem[],
  { dim, tokens = 0 }: ReplyModel,
  { request, version }: { readonly request: EmbedRequest; readonly version: string },
): Response {
  const { inputs, writtenAs } = request;
  const texts = inputs.filter((input) => typeof input === "string");
  const json = new JsonText(items.length * dim);
  json.add(`{"id":"${crypto.randomUUID()}","embeddings":`);
  if (writtenAs === undefined) addRows(json, items, "float");
  writtenAs?.forEach((type, index) => {
    json.add(`${index === 0 ? "{" : ","}"${type}":`);
    addRows(json, items, type as Type);
  });
  const meta: z.infer<typeof META> = {
    api_version: { version: version === "1" ? "1" : "2" },
    billed_units: { images: items.length - texts.length, input_tokens: tokens },
  };
  const [end, form] = writtenAs === undefined ? ["", "floats"] : ["}", "by_type"];
  json.add(`${end},"texts":${JSON.stringify(texts)},"meta":${JSON.stringify(meta)}`);
  json.add(`,"response_type":"embeddings_${form}"}`);
  return jsonResponse(json);
}

function addRows(json: JsonText, items: readonly EmbedItem[], type: Type): void {
  addList(json, items, (item) => {
    const embedding = assertEmbedding(item);
    if (type === "float" || type === "base64") addEmbedding(json, embedding, type);
    else addEmbedding(json, packSigns(embedding, type));
  });
}

/** Cohere's own answer to bad input, for which its clients have an error; for 413 and 415 they have none. */
function status({ status }: GatewayError): number {
  return [413, 415, 422].includes(status) ? 400 : status;
}
