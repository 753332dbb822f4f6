/**
 * `POST /v1beta/models/{model}:batchEmbedContents` and `:embedContent`, and the same below `/v1`, as Google's GenAI clients
 * speak them (https://ai.google.dev/api/embeddings). Names of fields are read in both spellings, as ProtoJSON has it.
 */
import { z } from "zod";
import type { EmbedItem, EmbedRequest, EmbedRequestLimits } from "../../contract/embed_request.ts";
import { GatewayError } from "../../contract/errors.ts";
import { parseOptions } from "../../contract/options.ts";
import { type JsonPart, onlyPart } from "../codec/content_part.ts";
import { addEmbedding, addList, assertEmbedding, jsonResponse } from "../codec/embedding_json.ts";
import { readInputs } from "../codec/input_list.ts";
import { readJsonFields } from "../codec/json_body.ts";
import { checkFields } from "../codec/json_schema.ts";
import { JsonText } from "../codec/json_text.ts";
import { type KeyHeader, queryKey } from "../codec/key_header.ts";
import { isImageType, mediaType } from "../codec/media_type.ts";
import { readModelName } from "../codec/model_name.ts";
import type { Dialect, EncodedRequest, GetRequest, ListedModel, ReplyModel } from "./dialect.ts";

const BLOB = z.looseObject({
  data: z.string(),
  mimeType: z.string().optional(),
  mime_type: z.string().optional(),
});
const PART = z.looseObject({
  text: z.string().nullish(),
  inlineData: BLOB.nullish(),
  inline_data: BLOB.nullish(),
});
const DIMENSIONS = z.int().positive().nullish();
const ONE = z.looseObject({
  model: z.string().nullish(),
  content: z.looseObject({ parts: z.array(PART) }),
  outputDimensionality: DIMENSIONS,
  output_dimensionality: DIMENSIONS,
});
const BATCH = z.looseObject({ requests: z.array(ONE).min(1) });
type One = z.infer<typeof ONE>;

const EMBEDDING = z.object({ values: z.array(z.number()) });
const USAGE = z.object({ promptTokenCount: z.int() });
const REPLY = z.union([
  z.object({ embeddings: z.array(EMBEDDING), usageMetadata: USAGE }),
  z.object({ embedding: EMBEDDING, usageMetadata: USAGE }),
]);

/** As google.rpc.Code has them by HTTP status; any other of 4xx is the caller's argument. */
const CODES: Readonly<Record<number, string>> = {
  401: "UNAUTHENTICATED",
  404: "NOT_FOUND",
  408: "DEADLINE_EXCEEDED",
  429: "RESOURCE_EXHAUSTED",
  499: "CANCELLED",
  500: "INTERNAL",
  502: "UNAVAILABLE",
  503: "UNAVAILABLE",
  504: "DEADLINE_EXCEEDED",
};

/** In a header, as clients send it, or in the query, as its documents do. */
const KEY: KeyHeader = {
  hint: "x-goog-api-key: KEY",
  read: (headers, url) => headers.get("x-goog-api-key") ?? queryKey(url, "key"),
};

/** A content each, of one part; one bad content fails all. */
export const gemini: Dialect = {
  name: "gemini",
  paths: [
    "/v1beta/models/{model}:batchEmbedContents",
    "/v1beta/models/{model}:embedContent",
    "/v1/models/{model}:batchEmbedContents",
    "/v1/models/{model}:embedContent",
  ],
  gets: [
    { path: "/v1beta/models", reply: listModels },
    { path: "/v1beta/models/{model}", reply: describeModel },
  ],
  schemas: {
    summary: "Embeddings of contents, one part each, as Gemini gives them",
    request: z.union([BATCH, ONE]),
    reply: REPLY,
    error: z.object({
      error: z.object({ code: z.int(), message: z.string(), status: z.string() }),
    }),
  },
  key: KEY,
  decode,
  nameInput,
  reply: (request) => (items, model) => writeReply(request, items, model),
  status,
  errorBody: (error) => {
    const code = status(error);
    return { error: { code, message: error.message, status: CODES[code] ?? "INVALID_ARGUMENT" } };
  },
};

function nameInput(index: number): string {
  return `Content ${index}`;
}

function decode(request: EncodedRequest, limits: EmbedRequestLimits): EmbedRequest {
  const fields = readJsonFields(request);
  const isSingle = fields.requests === undefined;
  const requests = isSingle ? [checkFields(ONE, fields)] : checkFields(BATCH, fields).requests;
  const { model = "" } = request.params;
  if (requests.some((one) => (one.model ?? model).replace(/^models\//, "") !== model)) {
    throw new GatewayError("invalid_body", "Cannot embed as model must be that of the path");
  }
  const parts = requests.map((one, index) => readContent(one, nameInput(index)));
  return {
    ...readInputs(parts, { limits, keepErrors: false, nameInput }),
    model: readModelName(model),
    isSingle,
    ...readDimensions(requests),
    options: parseOptions({ ...request.defaults }),
  };
}

function readContent({ content }: One, name: string): JsonPart {
  return onlyPart(content.parts.map((part) => readPart(part, name)), name);
}

function readPart(part: z.infer<typeof PART>, name: string): JsonPart {
  const text = part.text ?? undefined;
  const blob = part.inlineData ?? part.inline_data ?? undefined;
  if (text !== undefined && blob === undefined) return { text };
  if (blob === undefined || text !== undefined) {
    throw new GatewayError(
      "invalid_body",
      `Cannot embed: a part of ${name} must have either text or inlineData; nothing is fetched for fileData`,
    );
  }
  const type = blob.mimeType ?? blob.mime_type ?? "";
  if (type === "" || isImageType(mediaType(type))) return { image: blob.data };
  throw new GatewayError(
    "unsupported_media_type",
    `Cannot embed: the mimeType of ${name} must be image/…`,
  );
}

/** A reply has rows of one length. */
function readDimensions(requests: readonly One[]): Pick<EmbedRequest, "dimensions"> {
  const [dimensions, ...others] = new Set(
    requests.flatMap(({ outputDimensionality: length, output_dimensionality: again }) =>
      length ?? again ?? []
    ),
  );
  if (others.length > 0) {
    throw new GatewayError(
      "invalid_option",
      "Cannot embed as outputDimensionality must be the same for all",
    );
  }
  return dimensions === undefined ? {} : { dimensions };
}

function writeReply(
  { isSingle }: EmbedRequest,
  items: readonly EmbedItem[],
  { dim, tokens = 0 }: ReplyModel,
): Response {
  const json = new JsonText(items.length * dim);
  const addItem = (item: EmbedItem | undefined) => {
    json.add('{"values":');
    addEmbedding(json, assertEmbedding(item));
    json.add("}");
  };
  json.add(isSingle ? '{"embedding":' : '{"embeddings":');
  if (isSingle) addItem(items[0]);
  else addList(json, items, addItem);
  json.add(`,"usageMetadata":{"promptTokenCount":${tokens}}}`);
  return jsonResponse(json);
}

async function listModels(request: GetRequest): Promise<Response> {
  const models = await request.models();
  return Response.json({ models: models.flatMap(namesOf).map(describe) });
}

async function describeModel(request: GetRequest): Promise<Response> {
  const { params: { model = "" } } = request;
  const models = await request.models();
  if (models.flatMap(namesOf).includes(model)) return Response.json(describe(model));
  throw new GatewayError("model_not_found", "Cannot find model: GET /v1beta/models lists them");
}

function namesOf({ name, aliases }: ListedModel): string[] {
  return [name, ...aliases];
}

function describe(name: string): unknown {
  return {
    name: `models/${name}`,
    displayName: name,
    supportedGenerationMethods: ["embedContent", "batchEmbedContents"],
  };
}

/** Google's own answer to bad input is INVALID_ARGUMENT, which is 400. */
function status({ status }: GatewayError): number {
  return [413, 415, 422].includes(status) ? 400 : status;
}
