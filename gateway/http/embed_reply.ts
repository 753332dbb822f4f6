/** Embeddings on the wire: JSON with floats or base64, or raw float32. */
import { GatewayError } from "../errors.ts";
import type { EmbedItem } from "../pipeline.ts";
import type { EmbedRequest } from "./embed_request.ts";
import type { EncodingFormat } from "./embed_options.ts";

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
  model: ReplyModel,
): Response {
  const { encodingFormat, onError } = request.options;
  if (onError === "item") {
    const results = items.map((item, index) => itemResult(item, index, encodingFormat));
    return json({ results, ...model });
  }
  const embeddings = items.map((item) => encoded(assertEmbedding(item), encodingFormat));
  return json(request.isSingle ? { embedding: embeddings[0], ...model } : { embeddings, ...model });
}

/** Writes the JSON reply of /embed/base64: nothing but rows of floats. */
export function rowsReply(items: readonly EmbedItem[]): Response {
  return json({ embeddings: items.map((item) => encoded(assertEmbedding(item), "float")) });
}

function itemResult(item: EmbedItem, index: number, format: EncodingFormat) {
  if (item instanceof GatewayError) {
    return { index, status: "error", error: { code: item.code, message: item.message } };
  }
  return { index, status: "ok", embedding: encoded(item, format) };
}

function encoded(embedding: Float32Array, format: EncodingFormat): number[] | string {
  if (format === "float") return Array.from(embedding);
  return new Uint8Array(embedding.buffer, embedding.byteOffset, embedding.byteLength).toBase64();
}

function assertEmbedding(item: EmbedItem): Float32Array {
  if (item instanceof GatewayError) throw item;
  return item;
}

function json(value: unknown): Response {
  return new Response(JSON.stringify(value), { headers: { "content-type": JSON_TYPE } });
}
