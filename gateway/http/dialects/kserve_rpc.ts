/**
 * KServe's service `inference.GRPCInferenceService` by Connect and gRPC-Web, as browsers speak it. gRPC itself wants
 * trailers (docs/decisions/0034).
 */
import {
  ModelInferResponseSchema,
  ModelMetadataRequestSchema,
  ModelMetadataResponseSchema,
  ModelReadyRequestSchema,
  ModelReadyResponseSchema,
  ServerLiveResponseSchema,
  ServerMetadataResponseSchema,
  ServerReadyResponseSchema,
} from "../../../proto/gen/inference_pb.ts";
import { z } from "zod";
import type { EmbedItem, EmbedRequest } from "../../contract/embed_request.ts";
import { GatewayError } from "../../contract/errors.ts";
import { assertEmbedding } from "../codec/embedding_json.ts";
import { BEARER } from "../codec/key_header.ts";
import { mediaType } from "../codec/media_type.ts";
import type { Dialect, DialectGet, GetRequest, ReplyModel } from "./dialect.ts";
import { nameElement } from "./kserve_bytes.ts";
import { metadataOf, modelOf, serverOf } from "./kserve_models.ts";
import { OUTPUT_NAME, readInfer } from "./kserve_request.ts";
import { readInference, readMessage, writeMessage } from "./kserve_rpc_message.ts";

const SERVICE = "/inference.GRPCInferenceService";

/** What Connect calls errors, and gRPC numbers them, by the status that they have elsewhere. */
const CODES: Readonly<Record<number, readonly [connect: string, grpc: number]>> = {
  401: ["unauthenticated", 16],
  404: ["not_found", 5],
  405: ["unimplemented", 12],
  408: ["deadline_exceeded", 4],
  429: ["resource_exhausted", 8],
  499: ["canceled", 1],
  500: ["internal", 13],
  502: ["unavailable", 14],
  503: ["unavailable", 14],
  504: ["deadline_exceeded", 4],
};
/** Of gRPC itself, whose good replies end with trailers. */
const UNIMPLEMENTED = 12;
const INVALID_ARGUMENT = ["invalid_argument", 3] as const;

/** Protobuf's JSON of a message; proto/inference.proto says which. */
const MESSAGE = z.looseObject({});

/** One path a call. */
export const kserveRpc: Dialect = {
  name: "kserve_rpc",
  paths: [`${SERVICE}/ModelInfer`],
  gets: [
    call(
      "ServerLive",
      ({ contentType }) => writeMessage(ServerLiveResponseSchema, { live: true }, contentType),
    ),
    call("ServerReady", async ({ contentType, models }) => {
      const ready = (await models()).some(({ ready }) => ready);
      return writeMessage(ServerReadyResponseSchema, { ready }, contentType);
    }),
    call(
      "ServerMetadata",
      (request) =>
        writeMessage(ServerMetadataResponseSchema, serverOf(request), request.contentType),
    ),
    call("ModelReady", modelReady),
    call("ModelMetadata", modelMetadata),
  ],
  schemas: {
    summary: "Embed images or texts by KServe's service, over Connect or gRPC-Web",
    request: MESSAGE,
    reply: MESSAGE,
    error: z.object({ code: z.string(), message: z.string() }),
  },
  key: BEARER,
  bodyKind: "json",
  decode({ contentType, body, defaults }, limits) {
    const { head, tail, params } = readInference({ contentType, body });
    return readInfer({ head, tail, params, defaults }, limits);
  },
  nameInput: nameElement,
  reply: (request, headers) => {
    const contentType = headers.get("content-type") ?? "";
    return (items, model) => inferReply(request, { items, model, contentType });
  },
  errorBody: ({ message, status }) => ({ code: codeOf(status)[0], message }),
  errorReply,
};

/** All want a key, as every POST does: probes have /v2/health. */
function call(name: string, reply: DialectGet["reply"]): DialectGet {
  return { path: `${SERVICE}/${name}`, method: "POST", reply };
}

function codeOf(status: number): readonly [connect: string, grpc: number] {
  return CODES[status] ?? INVALID_ARGUMENT;
}

/** As gRPC, on the web or not, tells errors without a message: its clients read no other body. */
function errorReply(
  error: GatewayError,
  asked: Headers,
): ReturnType<NonNullable<Dialect["errorReply"]>> {
  const type = mediaType(asked.get("content-type") ?? "");
  if (!type.startsWith("application/grpc")) return undefined;
  const isWeb = type.startsWith("application/grpc-web");
  const status = error.status === 415 && !isWeb ? UNIMPLEMENTED : codeOf(error.status)[1];
  return {
    status: 200,
    headers: {
      "content-type": type,
      "grpc-status": String(status),
      "grpc-message": encodeURIComponent(error.message),
    },
  };
}

/** One that is unknown is not ready, as for Triton. */
async function modelReady(request: GetRequest): Promise<Response> {
  const { contentType } = request;
  const message = readMessage(ModelReadyRequestSchema, { contentType, body: await request.body() });
  let ready = false;
  try {
    ready = (await modelOf({ ...request, params: paramsOf(message) })).isReady;
  } catch (thrown) {
    if (!(thrown instanceof GatewayError) || thrown.code !== "model_not_found") throw thrown;
  }
  return writeMessage(ModelReadyResponseSchema, { ready }, contentType);
}

async function modelMetadata(request: GetRequest): Promise<Response> {
  const { contentType } = request;
  const message = readMessage(ModelMetadataRequestSchema, {
    contentType,
    body: await request.body(),
  });
  const metadata = metadataOf(await modelOf({ ...request, params: paramsOf(message) }));
  const withBigInts = (tensors: typeof metadata.inputs) =>
    tensors.map(({ shape, ...tensor }) => ({ ...tensor, shape: shape.map(BigInt) }));
  return writeMessage(ModelMetadataResponseSchema, {
    ...metadata,
    inputs: withBigInts(metadata.inputs),
    outputs: withBigInts(metadata.outputs),
  }, contentType);
}

function paramsOf(
  { name, version }: { readonly name: string; readonly version: string },
): Record<string, string> {
  return { model: name, ...version !== "" && { version } };
}

function inferReply(
  { tensorReply }: Pick<EmbedRequest, "tensorReply">,
  { items, model: { model, version, dim, output, truncated = [] }, contentType }: {
    readonly items: readonly EmbedItem[];
    readonly model: ReplyModel;
    readonly contentType: string;
  },
): Response {
  const rows = new Float32Array(items.length * dim);
  items.forEach((item, row) => rows.set(assertEmbedding(item), row * dim));
  const name = tensorReply?.output ?? output ?? OUTPUT_NAME;
  return writeMessage(ModelInferResponseSchema, {
    id: tensorReply?.id ?? "",
    modelName: model.split(":")[0] ?? model,
    modelVersion: version ?? "",
    parameters: truncated.length === 0 ? {} : {
      truncated: { parameterChoice: { case: "stringParam", value: truncated.join() } },
    },
    outputs: [{ name, datatype: "FP32", shape: [BigInt(items.length), BigInt(dim)] }],
    rawOutputContents: [new Uint8Array(rows.buffer)],
  }, contentType);
}
