/** `POST /embed`: JSON, forms and images as they are; replies in JSON or raw float32. */
import type { EmbedItem, EmbedRequest, EmbedRequestLimits } from "../../contract/embed_request.ts";
import { GatewayError } from "../../contract/errors.ts";
import { type EncodingFormat, parseOptions } from "../../contract/options.ts";
import { preferredType } from "../codec/accept.ts";
import { BEARER } from "../codec/key_header.ts";
import { addEmbedding, addList, assertEmbedding, jsonResponse } from "../codec/embedding_json.ts";
import { readForm } from "../codec/form.ts";
import { assertImageCount, decodeImage, decodeImageTexts } from "../codec/image_list.ts";
import { parseJsonObject } from "../codec/json_body.ts";
import { JsonText } from "../codec/json_text.ts";
import { readModelName } from "../codec/model_name.ts";
import type { Dialect, EncodedRequest, ReplyModel } from "./dialect.ts";

const JSON_TYPE = "application/json";
const BINARY_TYPE = "application/octet-stream";
/** Axios, jQuery and Rails write a list's name with brackets. */
const LIST_NAME = /^images(?:\[\d*\])?$/;
const REPLY_TYPES = [JSON_TYPE, BINARY_TYPE] as const;

/** The gateway's own dialect; errors of paths that are nobody's are worded by it. */
export const native: Dialect = {
  name: "native",
  path: "/embed",
  key: BEARER,
  decode(request, limits) {
    if (request.kind === "json") return fromJson(request, limits);
    if (request.kind === "multipart") return fromForm(request, limits);
    const { model, ...query } = request.query;
    const options = parseOptions({ ...request.defaults, ...query });
    return { inputs: [request.body], model: readModelName(model), isSingle: true, options };
  },
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

function fromJson(request: EncodedRequest, limits: EmbedRequestLimits): EmbedRequest {
  const { model: queryModel, ...query } = request.query;
  const { image, images, model = queryModel, ...rest } = parseJsonObject(request.body);
  if ((image === undefined) === (images === undefined)) {
    throw new GatewayError(
      "invalid_body",
      "Cannot embed: the body must have either image or images",
    );
  }
  const options = parseOptions({ ...request.defaults, ...query, ...rest });
  const isSingle = images === undefined;
  const texts = isSingle ? [image] : images;
  return {
    inputs: decodeImageTexts(texts, limits, options.onError === "item"),
    model: readModelName(model),
    isSingle,
    options,
  };
}

function fromForm(request: EncodedRequest, limits: EmbedRequestLimits): EmbedRequest {
  const { images, names, texts } = readForm(request.body, request.contentType, limits);
  assertImageCount(images.length, limits);
  const { model, ...fields } = { ...request.query, ...texts };
  const options = parseOptions({ ...request.defaults, ...fields });
  return {
    inputs: images.map((image) =>
      typeof image === "string" ? decodeImage(image, limits, options.onError === "item") : image
    ),
    model: readModelName(model),
    isSingle: images.length === 1 && !names.some((name) => LIST_NAME.test(name)),
    options,
  };
}

/** f32 [n, dim], little-endian, row-major, without any framing. */
function binaryReply(items: readonly EmbedItem[], model: ReplyModel): Response {
  const values = new Float32Array(items.length * model.dim);
  items.forEach((item, row) => values.set(assertEmbedding(item), row * model.dim));
  return new Response(values.buffer, {
    headers: { "content-type": BINARY_TYPE, "x-embedding-shape": `${items.length},${model.dim}` },
  });
}

/** One embedding, many, or results item by item. */
function jsonReply(
  request: EmbedRequest,
  items: readonly EmbedItem[],
  { model, dim }: ReplyModel,
): Response {
  const { encodingFormat, onError } = request.options;
  const json = new JsonText(items.length * dim);
  if (onError === "item") {
    json.add('{"results":');
    addList(json, items, (item, index) => addResult(json, { item, index }, encodingFormat));
  } else if (request.isSingle) {
    json.add('{"embedding":');
    addEmbedding(json, assertEmbedding(items[0]), encodingFormat);
  } else {
    json.add('{"embeddings":');
    addList(json, items, (item) => addEmbedding(json, assertEmbedding(item), encodingFormat));
  }
  json.add(`,"model":${JSON.stringify(model)},"dim":${dim}}`);
  return jsonResponse(json);
}

function addResult(
  json: JsonText,
  { item, index }: { item: EmbedItem; index: number },
  format: EncodingFormat,
): void {
  if (item instanceof GatewayError) {
    const { code, message } = item;
    json.add(JSON.stringify({ index, status: "error", error: { code, message } }));
    return;
  }
  json.add(`{"index":${index},"status":"ok","embedding":`);
  addEmbedding(json, item, format);
  json.add("}");
}
