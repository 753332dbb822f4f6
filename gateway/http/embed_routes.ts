/** POST /embed and POST /embed/base64: admit, read, parse, embed, reply; no logic of their own. */
import type { Admission } from "./admission.ts";
import { GatewayError } from "../contract/errors.ts";
import type { ImageOptions } from "../../preprocess/decode/image_decoder.ts";
import type { EmbedItem, Pipeline } from "../embed/pipeline.ts";
import { bodyBytesBound, type BodyLimits, readBody } from "./body.ts";
import type { BodyParser } from "./body_parser.ts";
import type { OptionDefaults } from "./embed_options.ts";
import {
  acceptsBinary,
  binaryReply,
  jsonReply,
  type ReplyModel,
  rowsReply,
} from "./embed_reply.ts";
import { bodyKind, type EmbedRequest, type RequestDialect } from "./embed_request.ts";
import type { AppContext } from "./request_context.ts";

/** What the embed routes are made of. */
export interface EmbedRouteOptions {
  readonly pipeline: Pick<Pipeline, "embed">;
  readonly admission: Admission;
  readonly bodyLimits: BodyLimits;
  readonly parser: BodyParser;
  readonly model: ReplyModel;
  /** Fingerprint of everything that changes an embedding. */
  readonly preprocessId: (options: ImageOptions) => string;
  readonly optionDefaults: OptionDefaults;
  /** Called with every good reply that the engine had a part in. */
  readonly onEmbedded: () => void;
}

type Handler = (c: AppContext) => Promise<Response>;

/** How a route reads its body and writes its reply. */
interface Dialect {
  readonly name: RequestDialect;
  /** Throws where the reply cannot be what the request asks for. */
  readonly check?: (request: EmbedRequest) => void;
  readonly reply: (request: EmbedRequest, items: readonly EmbedItem[]) => Response;
}

/** POST /embed, in all its forms. */
export function createEmbedHandler(options: EmbedRouteOptions): Handler {
  const { model } = options;
  const text: Dialect = {
    name: "embed",
    reply: (request, items) => jsonReply(request, items, model),
  };
  const binary: Dialect = {
    name: "embed",
    check: assertRepliesWhole,
    reply: (_, items) => binaryReply(items, model),
  };
  return (c) => embed(c, options, acceptsBinary(c.req.raw.headers) ? binary : text);
}

/** POST /embed/base64: `{"images": […]}` to `{"embeddings": [[…]…]}`, as existing callers speak it. */
export function createEmbedBase64Handler(options: EmbedRouteOptions): Handler {
  const dialect: Dialect = {
    name: "embed_base64",
    reply: (_, items) => rowsReply(items, options.model),
  };
  return (c) => embed(c, options, dialect);
}

function assertRepliesWhole({ options }: EmbedRequest): void {
  if (options.onError === "fail") return;
  throw new GatewayError(
    "invalid_option",
    "Cannot embed as option on_error must be fail with Accept: application/octet-stream",
  );
}

async function embed(
  c: AppContext,
  options: EmbedRouteOptions,
  { name, check, reply }: Dialect,
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
  const embedRequest = await options.parser.parse(
    { dialect: name, kind, request: encoded },
    deadline,
  );
  check?.(embedRequest);
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
