/**
 * `POST /embed` with `inputs`, and `POST /`, as clients of Hugging Face's Text Embeddings Inference speak it (its
 * router/src/http): strings to a bare list of embeddings. A data URI among the strings is an image.
 */
import { z } from "zod";
import { GatewayError } from "../../contract/errors.ts";
import type { EmbedItem, EmbedRequest, EmbedRequestLimits } from "../../contract/embed_request.ts";
import { parseOptions } from "../../contract/options.ts";
import { addEmbeddings, jsonResponse } from "../codec/embedding_json.ts";
import { WORDS, WORDS_LIST } from "../codec/input_schemas.ts";
import { readJsonFields } from "../codec/json_body.ts";
import { checkFields } from "../codec/json_schema.ts";
import { JsonText } from "../codec/json_text.ts";
import { BEARER } from "../codec/key_header.ts";
import { readModelName } from "../codec/model_name.ts";
import { readStrings } from "../codec/string_list.ts";
import type { Dialect, EncodedRequest, ReplyModel } from "./dialect.ts";

/** What else there is of fields is ignored, as the server does. */
const REQUEST = z.looseObject({
  inputs: z.union([WORDS, WORDS_LIST]),
  model: z.string().meta({ format: "model-name" }).optional(),
  truncate: z.boolean().default(true),
  truncation_direction: z.enum(["right", "Right"]).optional(),
  prompt_name: z.string().optional(),
  normalize: z.boolean().optional(),
  dimensions: z.int().min(0).optional().meta({
    description: "0, or the length that the model's embeddings have",
    limit: "dimensions",
  }),
});
const ERROR_TYPES = ["Unhealthy", "Backend", "Overloaded", "Validation", "Empty"] as const;
const ERROR = z.object({ error: z.string(), error_type: z.enum(ERROR_TYPES) });

/** Names the model in the query or the body, since no client of its servers can do it otherwise. */
export const tei: Dialect = {
  name: "tei",
  paths: ["/"],
  claims: [{ path: "/embed", isMine }],
  schemas: {
    summary: "Strings to a list of embeddings, as Text Embeddings Inference has it",
    // Without what is refused whatever it is, as no model here has prompts.
    request: REQUEST.omit({ prompt_name: true }),
    reply: z.array(z.array(z.number())),
    error: ERROR,
  },
  key: BEARER,
  decode,
  nameInput,
  reply: () => writeReply,
  status,
  errorBody: (error) => ({ error: error.message, error_type: errorType(error) }),
};

/** The gateway's own `inputs` are objects, and stand where the server's strings do. */
function isMine({ inputs, image, images, text, texts }: Readonly<Record<string, unknown>>) {
  if ([image, images, text, texts].some((value) => value !== undefined)) return false;
  if (!Array.isArray(inputs)) return typeof inputs === "string";
  return inputs.length > 0 &&
    inputs.every((input) => typeof input !== "object" || Array.isArray(input));
}

function nameInput(index: number): string {
  return `Input ${index}`;
}

function decode(request: EncodedRequest, limits: EmbedRequestLimits): EmbedRequest {
  const fields = readJsonFields(request);
  assertNoTokenIds(fields.inputs);
  const list = readStrings(fields.inputs, "inputs", { limits, keepErrors: false, nameInput });
  const { truncate, dimensions, prompt_name, ...rest } = checkFields(REQUEST, fields);
  if (prompt_name !== undefined) {
    throw new GatewayError("invalid_option", "Cannot embed as the model has no prompts to name");
  }
  const { model = request.query.model, normalize = true } = rest;
  return {
    ...list,
    model: readModelName(model),
    isSingle: false,
    mustFit: !truncate,
    ...dimensions !== undefined && dimensions > 0 && { dimensions },
    options: parseOptions({ ...request.defaults, normalize }),
  };
}

function assertNoTokenIds(inputs: unknown): void {
  const list: readonly unknown[] = [inputs].flat();
  if (list.length === 0) {
    throw new GatewayError("invalid_text", "Cannot embed as inputs must not be empty");
  }
  if (list.flat().every((input) => typeof input === "number")) {
    throw new GatewayError(
      "invalid_body",
      "Cannot embed token ids, which are another model's: send strings",
    );
  }
}

/** Of one string, too. */
function writeReply(items: readonly EmbedItem[], { dim }: ReplyModel): Response {
  const json = new JsonText(items.length * dim);
  addEmbeddings(json, items);
  return jsonResponse(json);
}

/**
 * The server's own: 424 is what its model fails with. 503 would be sent again by Hugging Face's JavaScript client, at
 * once and for ever, so it stands for the one cause that passes in seconds.
 */
function status({ code, status }: GatewayError): number {
  if (code === "draining") return 503;
  if (status >= 500) return 424;
  if (code === "invalid_text") return 400;
  const isOfInput = status === 400 || status === 415 || code === "text_too_long";
  return isOfInput ? 422 : status;
}

function errorType({ code, status }: GatewayError): (typeof ERROR_TYPES)[number] {
  if (code === "draining") return "Unhealthy";
  if (status >= 500) return "Backend";
  if (status === 429) return "Overloaded";
  return code === "invalid_text" ? "Empty" : "Validation";
}
