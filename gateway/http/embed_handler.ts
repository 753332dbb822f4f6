/** The one handler of embeddings: admit, read, parse, embed, reply; what differs is the dialect's. */
import type { ImageOptions } from "../../preprocess/contract/image_options.ts";
import type { EmbedRequest } from "../contract/embed_request.ts";
import { GatewayError } from "../contract/errors.ts";
import type { OptionDefaults } from "../contract/options.ts";
import { embedInputs } from "../embed/embed_inputs.ts";
import type { Models } from "../embed/models.ts";
import type { ServedModel } from "../embed/served_model.ts";
import { mainTower, type Towers } from "../embed/towers.ts";
import type { Admission } from "./admission.ts";
import { type BodyLimits, declaredBytes, readBody } from "./body.ts";
import { ConnectionBalance } from "./connection_balance.ts";
import type { Uploads } from "./uploads.ts";
import type { BodyParser } from "./body_parser.ts";
import { actualBodyKind, bodyKind } from "./codec/body_kind.ts";
import { readQuery } from "./codec/query.ts";
import type { Dialect, EncodedRequest, ReplyModel } from "./dialects/dialect.ts";
import type { DialectTable } from "./dialects/dialect_table.ts";
import type { AppContext } from "./request_context.ts";
import type { Upstream } from "./upstream.ts";

/** What the handler is made of. */
export interface EmbedHandlerOptions {
  readonly models: Models;
  readonly admission: Admission;
  readonly bodyLimits: BodyLimits;
  readonly uploads: Uploads;
  readonly parser: BodyParser;
  readonly optionDefaults: OptionDefaults;
  /** Who answers what the gateway does not, by names of dialects. */
  readonly upstreams: ReadonlyMap<string, Pick<Upstream, "forward">>;
}

/** Handles the requests of a dialect, and those on its paths that another one claims. */
export function createEmbedHandler(
  owner: Dialect,
  table: Pick<DialectTable, "claimantOf">,
  options: EmbedHandlerOptions,
): (c: AppContext, params: EncodedRequest["params"]) => Promise<Response> {
  const balance = new ConnectionBalance();
  return async (c, params) => {
    const context = c.get("context");
    const { stamp, deadline } = context;
    const request = c.req.raw;
    const { bodyLimits, optionDefaults: defaults } = options;
    const kind = bodyKind(request.headers, owner.bodyKind);
    const query = readQuery(request.url);
    // Which of several a request is for is known once its body is.
    if (options.models.all.length === 1) context.model = options.models.default.name;
    const { client = "" } = c.env ?? {};
    using permit = options.admission.admit(client, declaredBytes(request.headers, bodyLimits));
    const started = performance.now();
    stamp("admission", started - context.startedMs, started);
    const { uploads } = options;
    const reading = { limits: bodyLimits, uploads, holder: permit, deadline };
    const body = await readBody(request, reading);
    permit.bodyEnded();
    context.bodyBytes = body.length;
    const read = performance.now();
    stamp("body", read - started);
    const encoded = {
      kind: owner.bodyKind ?? actualBodyKind(kind, body),
      body,
      contentType: request.headers.get("content-type") ?? "",
      query,
      params,
      headers: headersFor(owner, request.headers),
      defaults,
    };
    const upstream = options.upstreams.get(owner.name);
    if (upstream !== undefined && owner.isForUpstream?.(encoded)) {
      context.model = undefined;
      return await upstream.forward(owner.paths[0], encoded, deadline);
    }
    const { parser } = options;
    const { route } = context;
    const claimant = parser.isShort(encoded) ? table.claimantOf(route, encoded) : undefined;
    context.dialect = claimant ?? owner;
    const parsed = await parser.parse(context.dialect, encoded, { client, deadline, route });
    const dialect = context.dialect = parsed.dialect;
    const embedRequest = parsed.request();
    const write = dialect.reply(embedRequest, request.headers);
    const towers = options.models.choose(embedRequest.modality, embedRequest.model);
    const model = mainTower(towers);
    context.model = model.name;
    assertDimensions(embedRequest, model);
    context.inputs = embedRequest.inputs.length;
    stamp("parse", performance.now() - read);
    const scope = { deadline, permit, holder: "request", client, stamp } as const;
    const { items, ...said } = await embedInputs(embedRequest, {
      towers,
      scope,
      nameInput: dialect.nameInput,
    });
    const embedded = performance.now();
    const response = write(items, replyModel(towers, said));
    if (balance.shouldClose(options.admission.load)) response.headers.set("connection", "close");
    response.headers.set("x-preprocess-id", preprocessIds(towers, embedRequest.options));
    stamp("reply", performance.now() - embedded);
    return response;
  };
}

/** The headers that a dialect reads. */
function headersFor({ headers: names = NO_NAMES }: Dialect, headers: Headers) {
  return Object.fromEntries(names.flatMap((name) => {
    const value = headers.get(name);
    return value === null ? [] : [[name, value]];
  }));
}

const NO_NAMES: readonly string[] = [];

/** An embedding cut short is another one, and none of those that are served was made for it. */
function assertDimensions({ dimensions }: EmbedRequest, { name, dim }: ServedModel): void {
  if (dimensions === undefined || dimensions === dim) return;
  throw new GatewayError(
    "invalid_option",
    `Cannot embed as dimensions must be ${dim}, which model ${name} has`,
  );
}

function replyModel(towers: Towers, said: Pick<ReplyModel, "truncated" | "tokens">): ReplyModel {
  const { name: model, dim } = mainTower(towers);
  const { image, text } = towers;
  if (image === undefined || text === undefined) return { model, dim, ...said };
  const models = { image: image.name, text: text.name };
  return { model, models, dim, ...said, logits: image.logits ?? text.logits };
}

/** One, or that of images before that of texts. */
function preprocessIds({ image, text }: Towers, options: ImageOptions): string {
  if (text === undefined) return image.preprocessId(options);
  const id = text.preprocessId(options);
  return image === undefined ? id : `${image.preprocessId(options)}, ${id}`;
}
