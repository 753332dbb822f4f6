/** `POST /embed`: JSON, forms, and images and texts as they are; replies in JSON or raw float32. */
import type { EmbedItem, EmbedRequest } from "../../contract/embed_request.ts";
import { GatewayError } from "../../contract/errors.ts";
import type { EncodingFormat } from "../../contract/options.ts";
import { preferredType } from "../codec/accept.ts";
import { BEARER } from "../codec/key_header.ts";
import {
  addEmbedding,
  addEmbeddings,
  addList,
  assertEmbedding,
  jsonResponse,
} from "../codec/embedding_json.ts";
import { JsonText } from "../codec/json_text.ts";
import type { Dialect, ReplyModel } from "./dialect.ts";
import { decodeNative } from "./native_request.ts";
import { NATIVE_SCHEMAS } from "./native_schemas.ts";

const JSON_TYPE = "application/json";
const BINARY_TYPE = "application/octet-stream";
const REPLY_TYPES = [JSON_TYPE, BINARY_TYPE] as const;

/** The gateway's own dialect; errors of paths that are nobody's are worded by it. */
export const native: Dialect = {
  name: "native",
  paths: ["/embed"],
  key: BEARER,
  schemas: NATIVE_SCHEMAS,
  decode: decodeNative,
  reply(request, headers) {
    const type = preferredType(headers.get("accept"), REPLY_TYPES);
    if (type === JSON_TYPE) return (items, model) => jsonReply(request, items, model);
    if (request.options.onError === "fail") return binaryReply;
    throw new GatewayError(
      "invalid_option",
      "Cannot embed as option on_error must be fail with Accept: application/octet-stream",
    );
  },
  errorBody: nativeErrorBody,
};

/** `{"error":{"code","message","request_id"}}`. */
export function nativeErrorBody({ code, message }: GatewayError, requestId: string): unknown {
  return { error: { code, message, request_id: requestId } };
}

/** f32 [n, dim], little-endian, row-major, without any framing. */
function binaryReply(items: readonly EmbedItem[], model: ReplyModel): Response {
  const values = new Float32Array(items.length * model.dim);
  items.forEach((item, row) => values.set(assertEmbedding(item), row * model.dim));
  const headers = new Headers({
    "content-type": BINARY_TYPE,
    "x-embedding-shape": `${items.length},${model.dim}`,
  });
  const { truncated = [] } = model;
  if (truncated.length > 0) headers.set("x-embedding-truncated", truncated.join());
  return new Response(values.buffer, { headers });
}

/** One embedding, many, or results item by item. */
function jsonReply(
  request: EmbedRequest,
  items: readonly EmbedItem[],
  { model, models, dim, truncated = [] }: ReplyModel,
): Response {
  const { encodingFormat, onError } = request.options;
  const json = new JsonText(items.length * dim);
  if (onError === "item") {
    json.add('{"results":');
    addList(json, items, (item, index) =>
      addResult(
        json,
        { item, index, isTruncated: truncated.includes(index) },
        encodingFormat,
      ));
  } else if (request.isSingle) {
    json.add('{"embedding":');
    addEmbedding(json, assertEmbedding(items[0]), encodingFormat);
  } else {
    json.add('{"embeddings":');
    addEmbeddings(json, items, encodingFormat);
  }
  const names = models === undefined ? { model } : { models };
  json.add(`,${JSON.stringify(names).slice(1, -1)},"dim":${dim}`);
  // Only where it happened, so that replies without it are as they always were.
  if (truncated.length > 0 && onError === "fail") {
    json.add(`,"truncated":${request.isSingle ? true : JSON.stringify(truncated)}`);
  }
  json.add("}");
  return jsonResponse(json);
}

function addResult(
  json: JsonText,
  { item, index, isTruncated }: {
    readonly item: EmbedItem;
    readonly index: number;
    readonly isTruncated: boolean;
  },
  format: EncodingFormat,
): void {
  if (item instanceof GatewayError) {
    const { code, message } = item;
    json.add(JSON.stringify({ index, status: "error", error: { code, message } }));
    return;
  }
  json.add(`{"index":${index},"status":"ok","embedding":`);
  addEmbedding(json, item, format);
  json.add(isTruncated ? ',"truncated":true}' : "}");
}
