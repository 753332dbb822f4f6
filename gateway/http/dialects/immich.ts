/**
 * `GET /ping` and `POST /predict` as Immich's server asks its machine learning
 * (`server/src/repositories/machine-learning.repository.ts` and `machine-learning/immich_ml/main.py` of immich-app/immich):
 * a form of `entries`, which name a task, and an `image` or a `text`.
 */
import { z } from "zod";
import type { EmbedItem, EmbedRequest, EmbedRequestLimits } from "../../contract/embed_request.ts";
import { GatewayError } from "../../contract/errors.ts";
import { parseOptions } from "../../contract/options.ts";
import type { Modality } from "../../../models/contract/manifest.ts";
import { assertEmbedding, jsonResponse } from "../codec/embedding_json.ts";
import { readForm, readFormField } from "../codec/form.ts";
import { imageSize } from "../codec/image_size.ts";
import { parseJsonObject } from "../codec/json_body.ts";
import { checkFields } from "../codec/json_schema.ts";
import { JsonText } from "../codec/json_text.ts";
import { BEARER } from "../codec/key_header.ts";
import { readModelName } from "../codec/model_name.ts";
import type { Dialect, EncodedRequest, ReplyModel } from "./dialect.ts";

/** The task of embeddings; others are of faces and of texts in photos. */
const EMBEDDING = "clip";
const MODALITIES: Readonly<Record<string, Modality>> = { visual: "image", textual: "text" };

/** Of `entries`, as far as it is read: `{task: {type: {modelName, options}}}`. */
const ENTRIES = z.record(z.string(), z.record(z.string(), z.object({ modelName: z.string() })));

const encoder = new TextEncoder();

/** One image or one text a request; what is for Immich's own server goes on to it, where there is one. */
export const immich: Dialect = {
  name: "immich",
  paths: ["/predict"],
  gets: [{
    path: "/ping",
    isOpen: true,
    summary: "Whether the gateway answers: pong",
    answers: "text",
    reply: () => new Response("pong"),
  }],
  key: BEARER,
  bodyKind: "multipart",
  schemas: {
    summary: "An image or a text, as Immich's server asks for it",
    request: z.object({
      entries: z.string(),
      image: z.string().optional(),
      text: z.string().optional(),
    }),
    reply: z.object({
      clip: z.string(),
      imageHeight: z.int().optional(),
      imageWidth: z.int().optional(),
    }),
    error: z.object({ detail: z.string() }),
  },
  isForUpstream,
  decode,
  reply: (request) => {
    const size = sizeOf(request);
    return (items, model) => writeReply(items, model, size);
  },
  errorBody: ({ message }) => ({ detail: message }),
};

/** Where it has no embedding to make; what has both is refused. */
function isForUpstream({ body, contentType }: EncodedRequest): boolean {
  try {
    const tasks = Object.keys(readEntries(readFormField(body, contentType, "entries")));
    return tasks.length > 0 && !tasks.includes(EMBEDDING);
  } catch {
    return false;
  }
}

function decode(request: EncodedRequest, limits: EmbedRequestLimits): EmbedRequest {
  const { body, contentType, defaults } = request;
  const { inputs, modalities, fields } = readForm(body, contentType, limits);
  const { modality, model } = readTask(fields.entries);
  const [input, ...others] = inputs;
  const isFile = modality === "text" || typeof input !== "string";
  if (input === undefined || others.length > 0 || modalities[0] !== modality || !isFile) {
    throw new GatewayError(
      "invalid_body",
      `Cannot embed: the form must have one ${modality}${
        modality === "image" ? ", as a file," : ""
      } beside entries that ask for it`,
    );
  }
  if (input instanceof GatewayError) throw input;
  const options = parseOptions({ ...defaults });
  return { inputs: [input], modality, model, isSingle: true, options };
}

/** The one thing that is asked for, and of which model: its `options` mean nothing to CLIP. */
function readTask(text: string | undefined): Pick<EmbedRequest, "model"> & { modality: Modality } {
  const { [EMBEDDING]: types, ...others } = checkFields(ENTRIES, readEntries(text));
  const isOther = Object.keys(others).length > 0;
  if (types === undefined && isOther) {
    throw new GatewayError(
      "modality_not_supported",
      `Cannot predict as task must be ${EMBEDDING}: faces and texts in photos are for Immich's own server, ` +
        "to which requests are passed on where GATEWAY_IMMICH_UPSTREAM_URL names it",
    );
  }
  const [[type = "", entry] = [], ...rest] = Object.entries(types ?? {});
  const modality = Object.hasOwn(MODALITIES, type) ? MODALITIES[type] : undefined;
  if (isOther || rest.length > 0 || entry === undefined || modality === undefined) {
    throw new GatewayError(
      "invalid_body",
      `Cannot embed: entries must be {"${EMBEDDING}": {"visual" or "textual": {"modelName": …}}}, one of them and nothing beside it`,
    );
  }
  return { modality, model: readModelName(entry.modelName) };
}

function readEntries(text: string | undefined): Record<string, unknown> {
  if (text !== undefined) return parseJsonObject(encoder.encode(text));
  throw new GatewayError("invalid_body", "Cannot embed: the form must have entries");
}

/** Read before the image's bytes move to whoever decodes it. */
function sizeOf({ inputs: [input] }: EmbedRequest): string {
  const size = input instanceof Uint8Array ? imageSize(input) : undefined;
  if (size === undefined) return "";
  return `,"imageHeight":${size.height},"imageWidth":${size.width}`;
}

/** The embedding as JSON inside a string, which Immich passes on to its database unread. */
function writeReply(items: readonly EmbedItem[], { dim }: ReplyModel, size: string): Response {
  const json = new JsonText(dim);
  json.add(`{"${EMBEDDING}":"[`);
  json.addFloats(assertEmbedding(items[0]));
  json.add(`]"${size}}`);
  return jsonResponse(json);
}
