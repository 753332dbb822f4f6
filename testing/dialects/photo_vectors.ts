/** A tiny dialect of nobody's, which proves that one more is one file and one line of a registry. */
import { z } from "zod";
import { parseOptions } from "../../gateway/contract/options.ts";
import {
  addEmbedding,
  addList,
  assertEmbedding,
  jsonResponse,
} from "../../gateway/http/codec/embedding_json.ts";
import { decodeImageTexts } from "../../gateway/http/codec/image_list.ts";
import {
  EMBEDDING,
  ERROR_CODE,
  IMAGE_TEXTS,
  MODEL_NAME,
} from "../../gateway/http/codec/input_schemas.ts";
import { readJsonFields } from "../../gateway/http/codec/json_body.ts";
import { JsonText } from "../../gateway/http/codec/json_text.ts";
import { readModelName } from "../../gateway/http/codec/model_name.ts";
import type { Dialect } from "../../gateway/http/dialects/dialect.ts";

/** `{"photos": […]}` to `{"vectors": [[…]…]}`; the key stands in `x-api-key`, errors in `detail`. */
export const photoVectors: Dialect = {
  name: "photo_vectors",
  paths: ["/v0/vectors", "/vectors"],
  gets: [{
    path: "/v0/names",
    reply: async ({ models }) => Response.json({ names: (await models()).map(({ name }) => name) }),
  }],
  schemas: {
    summary: "Vectors of photos",
    request: z.object({ photos: IMAGE_TEXTS, model: MODEL_NAME.optional() }),
    reply: z.strictObject({ vectors: z.array(EMBEDDING) }),
    error: z.strictObject({ detail: z.string(), reason: ERROR_CODE }),
  },
  key: { hint: "x-api-key: KEY", read: (headers) => headers.get("x-api-key") ?? "" },
  decode(request, limits) {
    const { photos, model } = readJsonFields(request);
    return {
      inputs: decodeImageTexts(photos, limits, false),
      modality: "image",
      model: readModelName(model),
      isSingle: false,
      options: parseOptions({ ...request.defaults }),
    };
  },
  reply: () => (items, { dim }) => {
    const json = new JsonText(items.length * dim);
    json.add('{"vectors":');
    addList(json, items, (item) => addEmbedding(json, assertEmbedding(item)));
    json.add("}");
    return jsonResponse(json);
  },
  errorBody: ({ code, message }) => ({ detail: message, reason: code }),
};
