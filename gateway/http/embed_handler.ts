/** The one handler of embeddings: admit, read, parse, embed, reply; what differs is the dialect's. */
import type { EmbedRequest } from "../contract/embed_request.ts";
import { GatewayError } from "../contract/errors.ts";
import type { OptionDefaults } from "../contract/options.ts";
import { type Embedded, embedInputs, namedFailure } from "../embed/embed_inputs.ts";
import type { Models } from "../embed/models.ts";
import type { ServedModel } from "../embed/served_model.ts";
import { mainTower, towerOf, type Towers } from "../embed/towers.ts";
import type { RemoteImages } from "../remote_images/remote_images.ts";
import type { Admission } from "./admission.ts";
import { type BodyLimits, declaredBytes, readBody } from "./body.ts";
import { ConnectionBalance } from "./connection_balance.ts";
import type { Uploads } from "./uploads.ts";
import type { BodyParser } from "./body_parser.ts";
import { actualBodyKind, bodyKind } from "./codec/body_kind.ts";
import { readQuery } from "./codec/query.ts";
import type { Dialect, EncodedRequest, ReplyModel } from "./dialects/dialect.ts";
import type { DialectTable } from "./dialects/dialect_table.ts";
import type { Permit } from "./permit.ts";
import type { AppContext, RequestContext } from "./request_context.ts";
import type { Upstream } from "./upstream.ts";

/** What the handler is made of. */
export interface EmbedHandlerOptions {
  readonly models: Models;
  readonly admission: Admission;
  readonly bodyLimits: BodyLimits;
  readonly uploads: Uploads;
  readonly parser: BodyParser;
  readonly remoteImages: Pick<RemoteImages, "fetchAll">;
  readonly optionDefaults: OptionDefaults;
  /** Who answers what the gateway does not, by names of dialects. */
  readonly upstreams: ReadonlyMap<string, Pick<Upstream, "forward">>;
}

/** What a path has in its template's places. */
type Params = EncodedRequest["params"];

/** Handles the requests of a dialect, and those on its paths that another one claims. */
export function createEmbedHandler(
  owner: Dialect,
  table: Pick<DialectTable, "claimantOf">,
  options: EmbedHandlerOptions,
): (c: AppContext, params: Params) => Promise<Response> {
  const handler = new EmbedHandler(owner, table, options);
  return (c, params) => handler.handle(c, params);
}

class EmbedHandler {
  readonly #owner: Dialect;
  readonly #table: Pick<DialectTable, "claimantOf">;
  readonly #options: EmbedHandlerOptions;
  readonly #balance = new ConnectionBalance();

  constructor(
    owner: Dialect,
    table: Pick<DialectTable, "claimantOf">,
    options: EmbedHandlerOptions,
  ) {
    [this.#owner, this.#table, this.#options] = [owner, table, options];
  }

  async handle(c: AppContext, params: Params): Promise<Response> {
    const context = c.get("context");
    const { models, admission, bodyLimits, upstreams } = this.#options;
    const { headers } = c.req.raw;
    const kind = bodyKind(headers, this.#owner.bodyKind);
    const query = readQuery(c.req.raw.url);
    // Which of several a request is for is known once its body is.
    if (models.all.length === 1) context.model = models.default.name;
    const { client = "" } = c.env ?? {};
    using permit = admission.admit(client, declaredBytes(headers, bodyLimits));
    const body = await this.#body(c, permit);
    const encoded = {
      kind: this.#owner.bodyKind ?? actualBodyKind(kind, body),
      body,
      contentType: headers.get("content-type") ?? "",
      query,
      params,
      headers: headersFor(this.#owner, headers),
      defaults: this.#options.optionDefaults,
    };
    const upstream = upstreams.get(this.#owner.name);
    if (upstream !== undefined && this.#owner.isForUpstream?.(encoded)) {
      // Its time and its failures are not the gateway's.
      [context.route, context.model] = ["upstream", undefined];
      return await upstream.forward(this.#owner.paths[0], encoded, context.deadline);
    }
    const started = performance.now();
    const request = await this.#parse(encoded, context, client);
    const write = context.dialect.reply(request, headers);
    const towers = towersFor(request, models);
    const model = mainTower(towers);
    context.model = model.name;
    assertDimensions(request, model);
    context.inputs = request.inputs.length;
    context.stamp("parse", performance.now() - started);
    const { deadline, stamp } = context;
    const scope = { deadline, permit, holder: "request", client, stamp } as const;
    const { nameInput } = context.dialect;
    const keepErrors = request.options.onError === "item";
    const inputs = await this.#options.remoteImages
      .fetchAll(request.inputs, { ...scope, keepErrors })
      .catch((thrown) => {
        throw namedFailure(thrown, request, nameInput);
      });
    const order = { towers, scope, nameInput };
    const embedded = await embedInputs(withInputs(request, inputs), order);
    const endedMs = performance.now();
    const response = write(embedded.items, replyModel(towers, embedded, request));
    if (this.#balance.shouldClose(admission.load)) response.headers.set("connection", "close");
    response.headers.set("x-embedding-space", model.space);
    response.headers.set("x-model-digest", ofTowers(towers, ({ engine }) => engine.modelDigest));
    if (request.tensor === undefined) {
      const id = ofTowers(towers, ({ preprocessId }) => preprocessId(request.options));
      response.headers.set("x-preprocess-id", id);
    }
    stamp("reply", performance.now() - endedMs);
    return response;
  }

  /** Reads the body; everything that it waits for is stamped. */
  async #body(c: AppContext, permit: Permit): Promise<Uint8Array<ArrayBuffer>> {
    const context = c.get("context");
    const { bodyLimits: limits, uploads } = this.#options;
    const started = performance.now();
    context.stamp("admission", started - context.startedMs, started);
    const reading = { limits, uploads, holder: permit, deadline: context.deadline };
    const body = await readBody(c.req.raw, reading);
    permit.bodyEnded();
    context.bodyBytes = body.length;
    context.stamp("body", performance.now() - started);
    return body;
  }

  /** Reads the request in the words of whoever claims it. */
  async #parse(
    encoded: EncodedRequest,
    context: RequestContext,
    client: string,
  ): Promise<EmbedRequest> {
    const { parser } = this.#options;
    const { route, deadline } = context;
    const claimant = parser.isShort(encoded) ? this.#table.claimantOf(route, encoded) : undefined;
    context.dialect = claimant ?? this.#owner;
    const parsed = await parser.parse(context.dialect, encoded, { client, deadline, route });
    context.dialect = parsed.dialect;
    return parsed.request();
  }
}

/** The headers that a dialect reads. */
function headersFor({ headers: names }: Dialect, headers: Headers): EncodedRequest["headers"] {
  if (names === undefined) return NO_HEADERS;
  return Object.fromEntries(names.flatMap((name) => {
    const value = headers.get(name);
    return value === null ? [] : [[name, value]];
  }));
}

const NO_HEADERS: EncodedRequest["headers"] = {};

/** The request with the bytes of what were addresses; the same one where there were none. */
function withInputs<Asked extends { readonly inputs: unknown }, Input>(
  request: Asked,
  inputs: Input,
): Omit<Asked, "inputs"> & { readonly inputs: Input } {
  return request.inputs === inputs
    ? request as Asked & { readonly inputs: Input }
    : { ...request, inputs };
}

/** An embedding cut short is another one, and none of those that are served was made for it. */
function assertDimensions({ dimensions }: EmbedRequest, { name, dim }: ServedModel): void {
  if (dimensions === undefined || dimensions === dim) return;
  throw new GatewayError(
    "invalid_option",
    `Cannot embed as dimensions must be ${dim}, which model ${name} has`,
  );
}

/** Of a model input that a client made, the very model that it names; else those of the inputs' kinds. */
function towersFor({ modality, model, tensor }: EmbedRequest, models: Models): Towers {
  return tensor === undefined || model === undefined
    ? models.choose(modality, model)
    : towerOf(models.named(model));
}

function replyModel(
  towers: Towers,
  { truncated, tokens }: Embedded,
  { tensor }: Pick<EmbedRequest, "tensor">,
): ReplyModel {
  const { name: model, version, dim, manifest } = mainTower(towers);
  const output = tensor && manifest.output.name;
  const { image, text } = towers;
  if (image === undefined || text === undefined) {
    return { model, version, dim, truncated, tokens, output };
  }
  const models = { image: image.name, text: text.name };
  const logits = image.logits ?? text.logits;
  return { model, models, dim, truncated, tokens, output, logits };
}

/** What one model says, or the model of images before that of texts. */
function ofTowers({ image, text }: Towers, idOf: (model: ServedModel) => string): string {
  if (text === undefined) return idOf(image);
  return image === undefined ? idOf(text) : `${idOf(image)}, ${idOf(text)}`;
}
