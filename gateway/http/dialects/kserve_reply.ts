/** Replies of inference in KServe's protocol: JSON, or JSON and the tensor behind it. */
import type { EmbedItem, EmbedRequest } from "../../contract/embed_request.ts";
import { assertEmbedding, jsonResponse } from "../codec/embedding_json.ts";
import { JsonText } from "../codec/json_text.ts";
import { JSON_LENGTH_HEADER } from "../codec/tensor_body.ts";
import type { ReplyModel } from "./dialect.ts";
import { OUTPUT_NAME } from "./kserve_request.ts";

/** What stands before the output's data. */
interface Head {
  readonly json: string;
  readonly output: string;
}

/** Writes the rows as one tensor, FP32 [n, dim]. */
export function writeKserveReply(
  { tensorReply }: Pick<EmbedRequest, "tensorReply">,
  items: readonly EmbedItem[],
  model: ReplyModel,
): Response {
  const { id, output: name = model.output ?? OUTPUT_NAME, isBinary } = tensorReply ??
    { isBinary: false };
  const { truncated = [] } = model;
  const head = {
    json: JSON.stringify({
      id,
      // Versions have a field of their own.
      model_name: model.model.split(":")[0],
      model_version: model.version,
      ...truncated.length > 0 && { parameters: { truncated: truncated.join() } },
    }).slice(0, -1),
    output: JSON.stringify({ name, datatype: "FP32", shape: [items.length, model.dim] })
      .slice(0, -1),
  };
  return isBinary ? binaryReply(head, items, model.dim) : jsonReply(head, items, model.dim);
}

function jsonReply({ json: head, output }: Head, items: readonly EmbedItem[], dim: number) {
  const json = new JsonText(items.length * dim);
  json.add(`${head},"outputs":[${output},"data":[`);
  items.forEach((item, index) => {
    if (index > 0) json.add(",");
    json.addFloats(assertEmbedding(item));
  });
  json.add("]}]}");
  return jsonResponse(json);
}

/** Little-endian, row-major. */
function binaryReply({ json, output }: Head, items: readonly EmbedItem[], dim: number) {
  const size = items.length * dim * Float32Array.BYTES_PER_ELEMENT;
  const head = new TextEncoder().encode(
    `${json},"outputs":[${output},"parameters":{"binary_data_size":${size}}}]}`,
  );
  const bytes = new Uint8Array(head.length + size);
  bytes.set(head);
  items.forEach((item, row) => {
    const { buffer, byteOffset, byteLength } = assertEmbedding(item);
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), head.length + row * byteLength);
  });
  return new Response(bytes, {
    headers: {
      "content-type": "application/octet-stream",
      [JSON_LENGTH_HEADER]: String(head.length),
    },
  });
}
