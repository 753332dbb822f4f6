/**
 * KServe's protocol over HTTP (Open Inference Protocol, version 2) with Triton's extensions, as tritonclient speaks it:
 * encoded images or texts as BYTES, and model inputs where the gateway takes tensors.
 */
import { z } from "zod";
import { BEARER } from "../codec/key_header.ts";
import { JSON_LENGTH_HEADER } from "../codec/tensor_body.ts";
import type { Dialect } from "./dialect.ts";
import { nameElement } from "./kserve_bytes.ts";
import * as models from "./kserve_models.ts";
import { writeKserveReply } from "./kserve_reply.ts";
import { decodeKserve } from "./kserve_request.ts";
import { binaryReplySchema, errorSchema, replySchema, requestSchema } from "./kserve_schema.ts";

const MODEL = "/v2/models/{model}";
const VERSION = `${MODEL}/versions/{version}` as const;

/** One input to one output; errors are texts. */
export const kserve: Dialect = {
  name: "kserve",
  paths: [`${MODEL}/infer`, `${VERSION}/infer`],
  gets: [
    { path: "/v2", reply: models.serverMetadata },
    { path: "/v2/health/live", isOpen: true, answers: "text", reply: () => new Response("") },
    { path: "/v2/health/ready", isOpen: true, answers: "text", reply: models.serverReady },
    { path: MODEL, reply: models.modelMetadata },
    { path: VERSION, reply: models.modelMetadata },
    { path: `${MODEL}/ready`, answers: "text", reply: models.modelReady },
    { path: `${VERSION}/ready`, answers: "text", reply: models.modelReady },
    { path: `${MODEL}/config`, reply: models.modelConfig },
    { path: `${VERSION}/config`, reply: models.modelConfig },
    {
      path: "/v2/repository/index",
      method: "POST",
      schema: z.array(z.looseObject({ name: z.string(), state: z.string() })),
      reply: models.repositoryIndex,
    },
  ],
  schemas: {
    summary: "Embed images or texts as KServe and Triton infer",
    request: requestSchema,
    reply: replySchema,
    replies: { "application/octet-stream": binaryReplySchema },
    error: errorSchema,
  },
  key: BEARER,
  // tritonclient names no type.
  bodyKind: "json",
  headers: [JSON_LENGTH_HEADER],
  decode: decodeKserve,
  nameInput: nameElement,
  reply: (request) => (items, model) => writeKserveReply(request, items, model),
  errorBody: ({ message }) => ({ error: message }),
};
