/** Embeddings on the wire: JSON with floats or base64, or raw float32. */
import { GatewayError } from "../contract/errors.ts";
import type { EmbedItem } from "../embed/pipeline.ts";
import type { EmbedRequest } from "./embed_request.ts";
import type { EncodingFormat } from "./embed_options.ts";
import { JsonText } from "./codec/json_text.ts";

/** What a reply says beside its embeddings. */
export interface ReplyModel {
  readonly model: string;
  readonly dim: number;
}

const JSON_TYPE = "application/json";
const BINARY_TYPE = "application/octet-stream";

/** Whether the client asks for raw float32. */
export function acceptsBinary(headers: Headers): boolean {
  const accept = headers.get("accept") ?? "";
  return accept.split(",").some((range) => range.split(";")[0]?.trim() === BINARY_TYPE);
}

/** Writes f32 [n, dim], little-endian, row-major, without any framing. */
export function binaryReply(items: readonly EmbedItem[], model: ReplyModel): Response {
  const values = new Float32Array(items.length * model.dim);
  items.forEach((item, row) => values.set(assertEmbedding(item), row * model.dim));
  return new Response(values.buffer, {
    headers: { "content-type": BINARY_TYPE, "x-embedding-shape": `${items.length},${model.dim}` },
  });
}

/** Writes the JSON reply of /embed: one embedding, many, or results item by item. */
export function jsonReply(
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
  return respond(json);
}

/** Writes the JSON reply of /embed/base64: nothing but rows of floats. */
export function rowsReply(items: readonly EmbedItem[], { dim }: ReplyModel): Response {
  const json = new JsonText(items.length * dim);
  json.add('{"embeddings":');
  addList(json, items, (item) => addEmbedding(json, assertEmbedding(item), "float"));
  json.add("}");
  return respond(json);
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

function addEmbedding(json: JsonText, embedding: Float32Array, format: EncodingFormat): void {
  if (format === "base64") {
    const { buffer, byteOffset, byteLength } = embedding;
    json.add(`"${new Uint8Array(buffer, byteOffset, byteLength).toBase64()}"`);
    return;
  }
  json.add("[");
  json.addFloats(embedding);
  json.add("]");
}

function addList(
  json: JsonText,
  items: readonly EmbedItem[],
  addItem: (item: EmbedItem, index: number) => void,
): void {
  json.add("[");
  items.forEach((item, index) => {
    if (index > 0) json.add(",");
    addItem(item, index);
  });
  json.add("]");
}

function assertEmbedding(item: EmbedItem | undefined): Float32Array {
  if (item instanceof Float32Array) return item;
  throw item ?? new RangeError("Cannot reply without an embedding");
}

function respond(json: JsonText): Response {
  return new Response(json.bytes, { headers: { "content-type": JSON_TYPE } });
}
