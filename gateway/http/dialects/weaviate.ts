/**
 * `POST /vectorize`, `GET /meta` and `/.well-known/ready` as Weaviate's module multi2vec-clip asks its inference container
 * (`modules/multi2vec-clip/clients/` of weaviate/weaviate, `app.py` of weaviate/multi2vec-clip-inference).
 */
import { z } from "zod";
import type { EmbedItem, EmbedRequest, EmbedRequestLimits } from "../../contract/embed_request.ts";
import { GatewayError } from "../../contract/errors.ts";
import { parseOptions } from "../../contract/options.ts";
import { addEmbedding, addList, assertEmbedding, jsonResponse } from "../codec/embedding_json.ts";
import { readInputs } from "../codec/input_list.ts";
import { readJsonFields } from "../codec/json_body.ts";
import { checkFields } from "../codec/json_schema.ts";
import { JsonText } from "../codec/json_text.ts";
import { BEARER_OR_PASSWORD } from "../codec/key_header.ts";
import { readModelName } from "../codec/model_name.ts";
import type { Path } from "../codec/path_template.ts";
import type { Dialect, EncodedRequest, GetRequest, ListedModel, ReplyModel } from "./dialect.ts";

/** Weaviate appends its paths to an address, which is where it can name a model: its requests cannot. */
const BASES = ["", "/weaviate/{model}"] as const;
const NO_CONTENT = 204;

const REQUEST = z.object({
  texts: z.array(z.string()).optional(),
  images: z.array(z.string()).optional(),
});
const VECTORS = z.array(z.array(z.number()));

/** Lists of texts and of images, either of which may be empty, to lists of vectors. */
export const weaviate: Dialect = {
  name: "weaviate",
  paths: ["/vectorize", "/weaviate/{model}/vectorize"],
  gets: BASES.flatMap((base): NonNullable<Dialect["gets"]> => [
    { path: `${base}/meta` as Path, summary: "The gateway's name and its models", reply: meta },
    {
      path: `${base}/.well-known/ready`,
      isOpen: true,
      summary: "Whether embeddings come out",
      answers: "nothing",
      reply: ready,
    },
    {
      path: `${base}/.well-known/live`,
      isOpen: true,
      summary: "Whether the gateway answers",
      answers: "nothing",
      reply: nothing,
    },
  ]),
  key: BEARER_OR_PASSWORD,
  // Older ones name no type.
  bodyKind: "json",
  schemas: {
    summary: "Texts and images, as Weaviate's multi2vec-clip asks for them",
    request: REQUEST,
    reply: z.object({ textVectors: VECTORS, imageVectors: VECTORS }),
    error: z.object({ error: z.string() }),
  },
  decode,
  reply: (request) => (items, model) => writeReply(request, items, model),
  errorBody: ({ message }) => ({ error: message }),
};

/** Texts stand before images. */
function decode(request: EncodedRequest, limits: EmbedRequestLimits): EmbedRequest {
  const { texts = [], images = [] } = checkFields(REQUEST, readJsonFields(request));
  const list = [...texts.map((text) => ({ text })), ...images.map((image) => ({ image }))];
  if (list.length === 0) {
    throw new GatewayError("invalid_body", "Cannot embed: the body holds no texts and no images");
  }
  // As they are called where one cannot be decoded.
  const name = texts.length === 0 ? "Image" : images.length === 0 ? "Text" : "Input";
  return {
    ...readInputs(list, { limits, keepErrors: false, nameInput: (index) => `${name} ${index}` }),
    model: readModelName(request.params.model),
    isSingle: false,
    options: parseOptions({ ...request.defaults }),
  };
}

function writeReply(
  { modality }: EmbedRequest,
  items: readonly EmbedItem[],
  { dim }: ReplyModel,
): Response {
  const isText = (index: number) =>
    (typeof modality === "string" ? modality : modality[index]) === "text";
  const json = new JsonText(items.length * dim);
  const add = (list: readonly EmbedItem[]) =>
    addList(json, list, (item) => addEmbedding(json, assertEmbedding(item)));
  json.add('{"textVectors":');
  add(items.filter((_, index) => isText(index)));
  json.add(',"imageVectors":');
  add(items.filter((_, index) => !isText(index)));
  json.add("}");
  return jsonResponse(json);
}

/** Whatever JSON object an inference container has to say of itself: Weaviate shows it and reads none of it. */
async function meta(request: GetRequest): Promise<Response> {
  const { name, version } = request.server;
  return Response.json({ name, version, models: await askedModels(request) });
}

async function ready(request: GetRequest): Promise<Response> {
  const models = await askedModels(request);
  if (models.some(({ ready }) => ready)) return nothing();
  throw new GatewayError("upstream_unavailable", "Cannot embed as no model is ready");
}

/** Those of the name in the path, or all. */
async function askedModels({ params, models }: GetRequest): Promise<readonly ListedModel[]> {
  const all = await models();
  const { model } = params;
  if (model === undefined) return all;
  const named = all.filter((served) => namesOf(served).includes(model));
  if (named.length > 0) return named;
  const names = all.flatMap(({ name, aliases }) => [name, ...aliases]).join(", ");
  throw new GatewayError("model_not_found", `Cannot find model: there are ${names}`);
}

/** What requests may call a model. */
function namesOf({ name, version = "", aliases }: ListedModel): readonly string[] {
  const [bare = ""] = name.split(":");
  return [name, bare, `${bare}:${version}`, ...aliases];
}

function nothing(): Response {
  return new Response(null, { status: NO_CONTENT });
}
