/** `POST /api/embed`, and `/api/embeddings` before it, as Ollama's clients speak it (its api/types.go); a data URI is an image. */
import { z } from "zod";
import type { EmbedItem, EmbedRequest } from "../../contract/embed_request.ts";
import { parseOptions } from "../../contract/options.ts";
import {
  addEmbedding,
  addEmbeddings,
  assertEmbedding,
  jsonResponse,
} from "../codec/embedding_json.ts";
import { readJsonFields } from "../codec/json_body.ts";
import { checkFields } from "../codec/json_schema.ts";
import { JsonText } from "../codec/json_text.ts";
import { BEARER } from "../codec/key_header.ts";
import { readModelName } from "../codec/model_name.ts";
import { readStrings } from "../codec/string_list.ts";
import type { Dialect, GetRequest, ReplyModel } from "./dialect.ts";

/** `keep_alive`, `options` and whatever else there is are ignored. */
const REQUEST = z.looseObject({
  model: z.string().optional(),
  input: z.union([z.string(), z.array(z.string())]).optional(),
  prompt: z.string().optional().describe("In place of input, for one embedding"),
  truncate: z.boolean().default(true),
  dimensions: z.int().nonnegative().optional(),
});
const EMBEDDING = z.array(z.number());

/** Errors are strings in `error`. */
export const ollama: Dialect = {
  name: "ollama",
  paths: ["/api/embed", "/api/embeddings"],
  gets: [
    { path: "/api/tags", reply: listModels },
    { path: "/api/version", reply: ({ server: { version } }) => Response.json({ version }) },
  ],
  schemas: {
    summary: "Strings to embeddings, as Ollama has it",
    request: REQUEST,
    reply: z.union([
      z.object({ model: z.string(), embeddings: z.array(EMBEDDING) }),
      z.object({ embedding: EMBEDDING }),
    ]),
    error: z.object({ error: z.string() }),
  },
  key: BEARER,
  decode(request, limits) {
    const fields = readJsonFields(request);
    const { prompt, input = prompt } = fields;
    const list = readStrings(input, "input", { limits, keepErrors: false });
    const { model, truncate, dimensions = 0 } = checkFields(REQUEST, fields);
    return {
      ...list,
      // The tag that its clients put behind a name without one.
      model: readModelName(model?.replace(/:latest$/, "")),
      isSingle: fields.input === undefined,
      mustFit: !truncate,
      ...dimensions > 0 && { dimensions },
      options: parseOptions({ ...request.defaults }),
    };
  },
  reply: (request) => (items, model) => writeReply(request, items, model),
  errorBody: ({ message }) => ({ error: message }),
};

function writeReply(
  { isSingle }: EmbedRequest,
  items: readonly EmbedItem[],
  { model, dim }: ReplyModel,
): Response {
  const json = new JsonText(items.length * dim);
  json.add(isSingle ? '{"embedding":' : `{"model":${JSON.stringify(model)},"embeddings":`);
  if (isSingle) addEmbedding(json, assertEmbedding(items[0]));
  else addEmbeddings(json, items);
  json.add("}");
  return jsonResponse(json);
}

async function listModels(request: GetRequest): Promise<Response> {
  const list = (await request.models()).flatMap(({ name, aliases, digest }) =>
    [name, ...aliases].map((name) => ({ name, model: name, digest, size: 0, details: {} }))
  );
  return Response.json({ models: list });
}
