/** POST /embed and POST /embed/base64: admit, read, parse, embed, reply; no logic of their own. */
import type { Admission } from "../batching/admission.ts";
import { GatewayError } from "../errors.ts";
import type { ImageOptions } from "../image/image_decoder.ts";
import type { EmbedItem, Pipeline } from "../pipeline.ts";
import { bodyBytesBound, type BodyLimits, readBody } from "./body.ts";
import { type OptionDefaults, parseOptions } from "./embed_options.ts";
import {
  acceptsBinary,
  binaryReply,
  jsonReply,
  type ReplyModel,
  rowsReply,
} from "./embed_reply.ts";
import {
  type BodyKind,
  bodyKind,
  decodeTexts,
  type EmbedRequest,
  type EmbedRequestLimits,
  type EncodedRequest,
  parseEmbedRequest,
} from "./embed_request.ts";
import { parseJsonObject } from "./json_body.ts";
import type { AppContext } from "./request_context.ts";

/** What the embed routes are made of. */
export interface EmbedRouteOptions {
  readonly pipeline: Pick<Pipeline, "embed">;
  readonly admission: Admission;
  readonly bodyLimits: BodyLimits;
  readonly requestLimits: EmbedRequestLimits;
  readonly model: ReplyModel;
  /** Fingerprint of everything that changes an embedding. */
  readonly preprocessId: (options: ImageOptions) => string;
  readonly optionDefaults: OptionDefaults;
  /** Called with every good reply that the engine had a part in. */
  readonly onEmbedded: () => void;
}

type Handler = (c: AppContext) => Promise<Response>;
type Parse = (
  kind: BodyKind,
  request: EncodedRequest,
  limits: EmbedRequestLimits,
) => EmbedRequest | Promise<EmbedRequest>;
type Reply = (request: EmbedRequest, items: readonly EmbedItem[]) => Response;

/** How a route reads its body and writes its reply. */
interface Dialect {
  readonly parse: Parse;
  readonly reply: Reply;
}

/** POST /embed, in all its forms. */
export function createEmbedHandler(options: EmbedRouteOptions): Handler {
  return (c) => {
    const isBinary = acceptsBinary(c.req.raw.headers);
    const parse: Parse = async (kind, encoded, limits) => {
      const request = await parseEmbedRequest(kind, encoded, limits);
      if (isBinary && request.options.onError === "item") {
        throw new GatewayError(
          "invalid_option",
          "Cannot embed as option on_error must be fail with Accept: application/octet-stream",
        );
      }
      return request;
    };
    const reply: Reply = (request, items) =>
      isBinary ? binaryReply(items, options.model) : jsonReply(request, items, options.model);
    return embed(c, options, { parse, reply });
  };
}

/** POST /embed/base64: `{"images": […]}` to `{"embeddings": [[…]…]}`, as existing callers speak it. */
export function createEmbedBase64Handler(options: EmbedRouteOptions): Handler {
  const dialect: Dialect = {
    parse: parseBase64Request,
    reply: (_, items) => rowsReply(items, options.model),
  };
  return (c) => embed(c, options, dialect);
}

function parseBase64Request(
  kind: BodyKind,
  { body, defaults }: EncodedRequest,
  limits: EmbedRequestLimits,
): EmbedRequest {
  if (kind !== "json") {
    throw new GatewayError(
      "unsupported_media_type",
      "Cannot read body as its content-type must be application/json",
    );
  }
  const { images, ...rest } = parseJsonObject(body);
  if (Object.keys(rest).length > 0) {
    throw new GatewayError(
      "invalid_option",
      "Cannot embed: the body must hold images and no options",
    );
  }
  return {
    images: decodeTexts(images, limits, false),
    isSingle: false,
    options: parseOptions({ ...defaults }),
  };
}

async function embed(
  c: AppContext,
  options: EmbedRouteOptions,
  { parse, reply }: Dialect,
): Promise<Response> {
  const context = c.get("context");
  const { stamp, deadline } = context;
  const request = c.req.raw;
  const kind = bodyKind(request.headers);
  const { bodyLimits } = options;
  using permit = options.admission.admit(bodyBytesBound(request.headers, bodyLimits.bytesMax));
  const started = performance.now();
  const body = await readBody(request, bodyLimits, deadline);
  context.bodyBytes = body.length;
  const read = performance.now();
  stamp("body", read - started);
  const encoded = {
    body,
    contentType: request.headers.get("content-type") ?? "",
    query: c.req.query(),
    defaults: options.optionDefaults,
  };
  const embedRequest = await parse(kind, encoded, options.requestLimits);
  context.images = embedRequest.images.length;
  stamp("parse", performance.now() - read);
  const scope = { deadline, permit, holder: "request", stamp } as const;
  const items = await options.pipeline.embed(embedRequest.images, embedRequest.options, scope);
  const embedded = performance.now();
  const response = reply(embedRequest, items);
  response.headers.set("x-preprocess-id", options.preprocessId(embedRequest.options));
  stamp("reply", performance.now() - embedded);
  // What came from the cache says nothing about the engine.
  const isComputed = context.phaseMs.infer !== undefined;
  if (isComputed && items.some((item) => item instanceof Float32Array)) options.onEmbedded();
  return response;
}
