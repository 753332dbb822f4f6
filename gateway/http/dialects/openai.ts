/**
 * `POST /v1/embeddings` and `/embeddings` as OpenAI's clients speak it, and those of NIM, infinity, Jina and vLLM, which
 * send images through it.
 */
import type { Modality } from "../../../models/contract/manifest.ts";
import { GatewayError } from "../../contract/errors.ts";
import type { EmbedItem, EmbedRequest, EmbedRequestLimits } from "../../contract/embed_request.ts";
import { parseOptions } from "../../contract/options.ts";
import {
  hasContent,
  isMessage,
  type JsonPart,
  readConversation,
  readPart,
  readString,
} from "../codec/content_part.ts";
import { addEmbedding, addList, assertEmbedding, jsonResponse } from "../codec/embedding_json.ts";
import { readInputs } from "../codec/input_list.ts";
import { readJsonFields } from "../codec/json_body.ts";
import { JsonText } from "../codec/json_text.ts";
import { BEARER, type KeyHeader } from "../codec/key_header.ts";
import { readModelName } from "../codec/model_name.ts";
import type { Dialect, EncodedRequest, GetRequest, ReplyModel } from "./dialect.ts";
import { NO_MODEL, OPENAI_MODELS, OPENAI_SCHEMAS } from "./openai_schemas.ts";

/** Google's client lists models on OpenAI's path, unless it is told another version of its API. */
const KEY: KeyHeader = {
  ...BEARER,
  read: (headers) => BEARER.read(headers) || (headers.get("x-goog-api-key") ?? ""),
};

/** Errors that the request's inputs are the reason of. */
const OF_INPUT = /image|text|base64|url/;

const MODELS_GET = {
  summary: "OpenAI's list of models, and the gateway's own with spaces, ids, inputs and readiness",
  schema: OPENAI_MODELS,
  reply: listModels,
};

/** Lists of strings, objects, parts or conversations to lists of embeddings; one bad input fails all. */
export const openai: Dialect = {
  name: "openai",
  paths: ["/v1/embeddings", "/embeddings"],
  gets: [{ path: "/v1/models", ...MODELS_GET }, { path: "/models", ...MODELS_GET }],
  key: KEY,
  schemas: OPENAI_SCHEMAS,
  decode,
  nameInput,
  reply: (request) => (items, model) => writeReply(request, items, model),
  status,
  errorBody,
};

function nameInput(index: number): string {
  return `Input ${index}`;
}

function decode(
  request: EncodedRequest,
  limits: EmbedRequestLimits,
): EmbedRequest {
  const fields = readJsonFields(request);
  const { model, modality, dimensions } = fields;
  const options = readOptions(fields, request.defaults);
  const modalityOf = readModality(modality);
  const parts = inputsOf(fields).map((input, index) =>
    readInput(input, { name: nameInput(index), modality: modalityOf(index) })
  );
  return {
    ...readInputs(parts, { limits, keepErrors: false, nameInput }),
    model: model === NO_MODEL ? undefined : readModelName(model),
    isSingle: false,
    ...readDimensions(dimensions),
    options,
  };
}

/** Jina calls two of them otherwise, which must be right even beside ours; what else there is belongs to other servers' models. */
function readOptions(
  fields: Readonly<Record<string, unknown>>,
  defaults: EncodedRequest["defaults"],
): EmbedRequest["options"] {
  const { encoding_format, normalize, orient, decode, embedding_type, normalized } = fields;
  const ofJina = given({ encoding_format: embedding_type, normalize: normalized });
  parseOptions(ofJina);
  return parseOptions({
    ...defaults,
    ...ofJina,
    ...given({ encoding_format, normalize, orient, decode }),
  });
}

function given(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** None is 0 for infinity's client. */
function readDimensions(value: unknown): Pick<EmbedRequest, "dimensions"> {
  if (value === undefined || value === 0) return {};
  if (typeof value === "number" && Number.isSafeInteger(value) && value > 0) {
    return { dimensions: value };
  }
  throw new GatewayError("invalid_option", "Cannot embed as dimensions must be an integer ≥ 0");
}

/** What stands for one embedding each: a conversation is one. */
function inputsOf(fields: Readonly<Record<string, unknown>>): readonly unknown[] {
  const { input, messages } = fields;
  if ((input === undefined) === (messages === undefined)) {
    throw new GatewayError("invalid_body", "Cannot embed: the body must have input or messages");
  }
  const value = input ?? messages;
  const list = Array.isArray(value) && !value.every(isMessage) ? value : [value];
  const isMeant = input !== undefined || Array.isArray(value) && value.every(isMessage);
  if (isMeant && (!Array.isArray(value) || value.length > 0)) return list;
  throw new GatewayError(
    "invalid_body",
    input === undefined
      ? "Cannot embed: messages must be a list of at least one, each with role and content"
      : "Cannot embed: input must not be an empty list",
  );
}

/** What infinity's clients say of all strings, and NeMo's of each. */
function readModality(value: unknown): (index: number) => Modality | undefined {
  const isList = Array.isArray(value);
  const given: unknown[] = isList ? value : value === undefined ? [] : [value];
  if (given.every((one) => one === "image" || one === "text")) {
    return (index) => given[isList ? index : 0] as Modality | undefined;
  }
  throw new GatewayError(
    "modality_not_supported",
    "Cannot embed as modality must be image or text, or a list of them with one for each input",
  );
}

function readInput(
  input: unknown,
  { name, modality }: { readonly name: string; readonly modality: Modality | undefined },
): JsonPart {
  if (typeof input === "number" || Array.isArray(input) && input.some(isNumber)) {
    throw new GatewayError(
      "invalid_body",
      "Cannot embed token ids, which are another model's: send strings (OpenAIEmbeddings of LangChain does with check_embedding_ctx_length=False)",
    );
  }
  if (Array.isArray(input)) return readConversation(input, name);
  if (hasContent(input)) return readConversation([input], name);
  if (typeof input !== "string") return readPart(input, name);
  if (modality === undefined) return readString(input, name);
  return modality === "image" ? { image: input } : { text: input };
}

function isNumber(value: unknown): boolean {
  return typeof value === "number";
}

function writeReply(
  { options }: EmbedRequest,
  items: readonly EmbedItem[],
  { model, dim, tokens = 0 }: ReplyModel,
): Response {
  const json = new JsonText(items.length * dim);
  json.add('{"object":"list","data":');
  addList(json, items, (item, index) => {
    json.add(`{"object":"embedding","index":${index},"embedding":`);
    addEmbedding(json, assertEmbedding(item), options.encodingFormat);
    json.add("}");
  });
  const usage = JSON.stringify({ prompt_tokens: tokens, total_tokens: tokens });
  json.add(`,"model":${JSON.stringify(model)},"usage":${usage}}`);
  return jsonResponse(json);
}

/** OpenAI's list of every name that requests may give, with the `stats` and the owner that infinity's client insists on; the gateway's own, which says more, stands beside it. */
async function listModels(request: GetRequest): Promise<Response> {
  const models = await request.models();
  const created = Math.floor(performance.timeOrigin / 1000);
  const head = { object: "model", created, owned_by: "infinity", stats: {} };
  const data = models.flatMap(({ name, aliases }) =>
    [name, ...aliases].map((id) => ({ id, ...head }))
  );
  return Response.json({ object: "list", data, models });
}

/** OpenAI's own answer to bad input is 400; others are sent again, by LangChain's client six times in 80 s. */
function status({ status }: GatewayError): number {
  return status === 415 || status === 422 ? 400 : status;
}

/** `{"error":{"message","type","param","code"}}`, with OpenAI's types and the gateway's codes. */
function errorBody({ code, message, status }: GatewayError): unknown {
  const type = status === 429
    ? "rate_limit_error"
    : status === 401
    ? "authentication_error"
    : status >= 500
    ? "server_error"
    : "invalid_request_error";
  const param = code === "model_not_found" ? "model" : OF_INPUT.test(code) ? "input" : null;
  return { error: { message, type, param, code } };
}
