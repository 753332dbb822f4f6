/** The one handler of embeddings: admit, read, parse, embed, reply; what differs is the dialect's. */
import type { EncodedInput } from "../contract/embed_request.ts";
import type { OptionDefaults } from "../contract/options.ts";
import type { Models } from "../embed/models.ts";
import type { Admission } from "./admission.ts";
import { type BodyLimits, declaredBytes, readBody } from "./body.ts";
import { ConnectionBalance } from "./connection_balance.ts";
import type { Uploads } from "./uploads.ts";
import type { BodyParser } from "./body_parser.ts";
import { bodyKind, untypedBodyKind } from "./codec/body_kind.ts";
import { readQuery } from "./codec/query.ts";
import type { Dialect } from "./dialects/dialect.ts";
import type { AppContext } from "./request_context.ts";

/** What the handler is made of. */
export interface EmbedHandlerOptions {
  readonly models: Models;
  readonly admission: Admission;
  readonly bodyLimits: BodyLimits;
  readonly uploads: Uploads;
  readonly parser: BodyParser;
  readonly optionDefaults: OptionDefaults;
}

/** Handles the requests of a dialect. */
export function createEmbedHandler(
  dialect: Dialect,
  options: EmbedHandlerOptions,
): (c: AppContext) => Promise<Response> {
  const balance = new ConnectionBalance();
  return async (c) => {
    const context = c.get("context");
    const { stamp, deadline } = context;
    const request = c.req.raw;
    const { bodyLimits, optionDefaults: defaults } = options;
    const kind = bodyKind(request.headers);
    const query = readQuery(request.url);
    // What a request asks for is known once its body is.
    context.model = options.models.default.name;
    const { client = "" } = c.env ?? {};
    using permit = options.admission.admit(client, declaredBytes(request.headers, bodyLimits));
    const started = performance.now();
    const { uploads } = options;
    const reading = { limits: bodyLimits, uploads, holder: permit, deadline };
    const body = await readBody(request, reading);
    permit.bodyEnded();
    context.bodyBytes = body.length;
    const read = performance.now();
    stamp("body", read - started);
    const contentType = request.headers.get("content-type") ?? "";
    const encoded = { kind: kind ?? untypedBodyKind(body), body, contentType, query, defaults };
    const embedRequest = await options.parser.parse(dialect, encoded, { client, deadline });
    const write = dialect.reply(embedRequest, request.headers);
    const model = options.models.choose(embedRequest.inputs, embedRequest.model);
    context.model = model.name;
    context.images = embedRequest.inputs.length;
    stamp("parse", performance.now() - read);
    const scope = { deadline, permit, holder: "request", client, stamp } as const;
    const items = await model.embed(
      embedRequest.inputs as EncodedInput[],
      embedRequest.options,
      scope,
    );
    const embedded = performance.now();
    const response = write(items, { model: model.name, dim: model.dim });
    if (balance.shouldClose(options.admission.load)) response.headers.set("connection", "close");
    response.headers.set("x-preprocess-id", model.preprocessId(embedRequest.options));
    stamp("reply", performance.now() - embedded);
    return response;
  };
}
