/** Embeddings in JSON replies. */
import type { EmbedItem } from "../../contract/embed_request.ts";
import type { EncodingFormat } from "../../contract/options.ts";
import type { JsonText } from "./json_text.ts";

/** Appends an embedding as a list of numbers, or as base64 of them, float32 little-endian. */
export function addEmbedding(
  json: JsonText,
  embedding: Float32Array | Int8Array | Uint8Array,
  format: EncodingFormat = "float",
): void {
  if (format === "base64") {
    const { buffer, byteOffset, byteLength } = embedding;
    json.add(`"${new Uint8Array(buffer, byteOffset, byteLength).toBase64()}"`);
    return;
  }
  json.add("[");
  if (embedding instanceof Float32Array) json.addFloats(embedding);
  else json.add(embedding.join());
  json.add("]");
}

/** Appends a list, item by item. */
export function addList(
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

/** Appends the list of all embeddings. @throws {GatewayError} the first item that is why there is none. */
export function addEmbeddings(
  json: JsonText,
  items: readonly EmbedItem[],
  format: EncodingFormat = "float",
): void {
  addList(json, items, (item) => addEmbedding(json, assertEmbedding(item), format));
}

/** @throws {GatewayError} the item itself, where it is why there is no embedding. */
export function assertEmbedding(item: EmbedItem | undefined): Float32Array {
  if (item instanceof Float32Array) return item;
  throw item ?? new RangeError("Cannot reply without an embedding");
}

/** The reply of finished JSON. */
export function jsonResponse(json: JsonText): Response {
  return new Response(json.bytes, { headers: { "content-type": "application/json" } });
}
