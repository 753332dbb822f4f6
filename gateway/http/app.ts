/** The route table, and the order in which every request passes its gates. */
import { Hono } from "hono";
import { Deadline } from "../work/deadline.ts";
import { GatewayError, toGatewayError } from "../contract/errors.ts";
import type { GatewayReadiness } from "../embed/gateway_readiness.ts";
import type { Telemetry } from "../telemetry/events.ts";
import { askedOnce } from "./asked_once.ts";
import type { ApiKeys } from "./api_keys.ts";
import { drainBody } from "./body_drain.ts";
import { dialectOf, type Dialects } from "./dialects/registry.ts";
import { createEmbedHandler, type EmbedHandlerOptions } from "./embed_handler.ts";
import { errorResponse } from "./error_response.ts";
import type { Info } from "./info.ts";
import { readQuery } from "./codec/query.ts";
import { landingReply } from "./landing_page.ts";
import { modelStatuses } from "./model_info.ts";
import { readinessReply } from "./readiness_reply.ts";
import { type AppContext, type AppEnv, RequestContext } from "./request_context.ts";
import { DRAINING_RETRY_SECONDS } from "./uploads.ts";

/** What the app is made of. */
export interface AppOptions extends EmbedHandlerOptions {
  /** The first one words the errors of paths that are nobody's. */
  readonly dialects: Dialects;
  /** Answers probes. */
  readonly check: () => Promise<GatewayReadiness>;
  readonly telemetry: Pick<Telemetry, "requestAnswered">;
  readonly apiKeys: ApiKeys;
  readonly requestTimeoutMs: number;
  readonly info: () => Info;
  readonly metrics: () => Promise<string>;
  /** Whether new work is refused because the gateway is about to close its listener. */
  readonly isDraining: () => boolean;
}

/** Creates the app; it speaks Fetch's Request and Response and opens no socket. */
export function createApp(options: AppOptions): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const metrics = askedOnce(options.metrics);

  // Outermost, so that every reply has its id, its timing and its line in metrics and log.
  app.use(async (c, next) => {
    using deadline = new Deadline({
      timeoutMs: options.requestTimeoutMs,
      clientSignal: c.req.raw.signal,
    });
    const dialect = dialectOf(c.req.path, options.dialects);
    const context = new RequestContext(c.req.raw.headers.get("x-request-id"), deadline, dialect);
    c.set("context", context);
    await next();
    finish(c, context, options);
  });
  app.onError((thrown, c) => fail(c, toGatewayError(thrown)));
  app.notFound((c) => fail(c, new GatewayError("not_found", "Cannot find path")));

  // Probes come before the keys: whoever restarts containers has none.
  const live = (c: AppContext) => c.json({ status: "ok", unix: Math.floor(Date.now() / 1000) });
  route(app, "GET /healthz", live);
  route(app, "GET /health", live);
  route(app, "GET /livez", live);
  route(app, "GET /readyz", async (c) => {
    const { model } = readQuery(c.req.raw.url);
    const reply = readinessReply(await options.check(), options.models, model);
    return c.json(reply, reply.status === "ready" ? 200 : 503);
  });

  // And so does what tells people how to send a key.
  route(app, "GET /", (c) => landingReply(c.req.raw, options.info(), options.apiKeys.areAsked));

  app.use(async (c, next) => {
    options.apiKeys.assertAny(c.req.raw.headers, c.get("context").dialect.key);
    await next();
  });
  route(app, "GET /info", async (c) => {
    const info = options.info();
    return c.json({ ...info, models: await modelStatuses(info.models, options.check) });
  });
  route(app, "GET /metrics", async (c) => {
    return c.text(await metrics(), 200, { "content-type": "text/plain; version=0.0.4" });
  });

  // New work is refused once the listener is about to close; admission comes inside the handlers.
  for (const dialect of options.dialects) {
    const embed = createEmbedHandler(dialect, options);
    for (const path of dialect.paths) {
      route(app, `POST ${path}`, (c) => (assertOpen(options), embed(c)));
    }
    for (const { path, reply } of dialect.gets ?? []) {
      route(app, `GET ${path}`, async () => {
        return reply(await modelStatuses(options.info().models, options.check));
      });
    }
  }
  return app;
}

/** A line of the route table. */
type RouteLine = `${"GET" | "POST"} /${string}`;
type Handler = (c: AppContext) => Response | Promise<Response>;

/** Adds a route and answers every other method on its path with 405. */
function route(app: Hono<AppEnv>, line: RouteLine, handler: Handler): void {
  const [method, path] = line.split(" ") as [string, string];
  app.on(method, path, (c) => {
    c.get("context").route = path;
    return handler(c);
  });
  app.all(path, (c) => {
    c.get("context").route = path;
    const error = new GatewayError(
      "method_not_allowed",
      `Cannot use method as ${path} takes ${method}`,
    );
    return fail(c, error, { allow: method === "GET" ? "GET, HEAD" : method });
  });
}

function assertOpen(options: AppOptions): void {
  if (!options.isDraining()) return;
  throw new GatewayError("draining", "Cannot accept request: the gateway is shutting down", {
    retryAfterSeconds: DRAINING_RETRY_SECONDS,
  });
}

async function fail(
  c: AppContext,
  error: GatewayError,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const context = c.get("context");
  context.error = error;
  const isBodyDrained = await drainBody(c.req.raw);
  const { dialect, requestId } = context;
  return errorResponse(error, { dialect, requestId, isBodyDrained, headers });
}

function finish(c: AppContext, context: RequestContext, options: AppOptions): void {
  const { requestId, route, model, bodyBytes, inputs, phaseMs, error } = context;
  // Not `c.header`, which would wrap the body in a stream and lose its length.
  c.res.headers.set("x-request-id", requestId);
  // no-transform: Deno would compress 10 KB of floats on the main thread for every client that allows it.
  c.res.headers.set("cache-control", "no-store, no-transform");
  c.res.headers.set("server-timing", context.serverTiming());
  options.telemetry.requestAnswered({
    requestId,
    route,
    ...(model === undefined ? {} : { model }),
    method: c.req.method,
    status: error?.code === "client_closed" ? error.status : c.res.status,
    ...(error === undefined ? {} : { code: error.code, cause: error.cause }),
    seconds: (performance.now() - context.startedMs) / 1000,
    bodyBytes,
    inputs,
    phaseMs,
  });
}
