/** The order in which every request passes its gates. */
import { Hono } from "hono";
import { Deadline } from "../work/deadline.ts";
import { GatewayError, toGatewayError } from "../contract/errors.ts";
import { readTraceContext } from "../contract/trace_context.ts";
import type { Telemetry } from "../telemetry/events.ts";
import type { Tracing } from "../telemetry/tracing.ts";
import { drainBody } from "./body_drain.ts";
import { type Path, PathTemplate } from "./codec/path_template.ts";
import { DialectTable } from "./dialects/dialect_table.ts";
import { errorResponse } from "./error_response.ts";
import { type AppContext, type AppEnv, RequestContext } from "./request_context.ts";
import { listRoutes, type Route, type RouteOptions } from "./routes.ts";

/** What the app is made of. */
export interface AppOptions extends RouteOptions {
  readonly telemetry: Pick<Telemetry, "requestAnswered">;
  /** Makes spans of requests; absent where nobody collects them. */
  readonly tracing?: Pick<Tracing, "requestSpan"> | undefined;
  readonly requestTimeoutMs: number;
}

/** Creates the app; it speaks Fetch's Request and Response and opens no socket. */
export function createApp(options: AppOptions): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const table = new DialectTable(options.dialects);

  // Outermost, so that every reply has its id, its timing and its line in metrics and log.
  app.use(async (c, next) => {
    const { headers, signal } = c.req.raw;
    const span = options.tracing?.requestSpan(headers);
    using deadline = new Deadline({
      timeoutMs: options.requestTimeoutMs,
      clientSignal: signal,
      trace: span?.context ?? readTraceContext(headers),
    });
    const dialect = table.dialectOf(c.req.method, c.req.path);
    const context = new RequestContext(headers.get("x-request-id"), deadline, dialect);
    context.span = span;
    c.set("context", context);
    await next();
    finish(c, context, options);
  });
  app.onError((thrown, c) => fail(c, toGatewayError(thrown)));
  app.notFound((c) => fail(c, new GatewayError("not_found", "Cannot find path")));

  const paths = Object.values(Object.groupBy(listRoutes(options, table), ({ path }) => path))
    .filter((routes) => routes !== undefined);
  // A path that never wants a key refuses other methods without one, too.
  const [open, others] = [true, false].map((isOpen) =>
    paths.filter((routes) => routes.every((route) => route.isOpen) === isOpen)
  ) as [Route[][], Route[][]];
  open.forEach((routes) => addPath(app, routes));
  others.flat().filter(({ isOpen }) => isOpen).forEach((route) => addRoute(app, route));
  app.use(async (c, next) => {
    options.apiKeys.assertAny(c.req.raw, c.get("context").dialect.key);
    await next();
  });
  others.forEach((routes) => addPath(app, routes));
  return app;
}

function addRoute(app: Hono<AppEnv>, { method, path, handle }: Route): void {
  const template = new PathTemplate(path);
  app.on(method, honoPath(path), (c, next) => {
    const params = template.match(c.req.path);
    if (params === undefined) return next();
    c.get("context").route = path;
    return handle(c, params);
  });
}

/** Adds the routes of a path and answers every other method on it with 405. */
function addPath(app: Hono<AppEnv>, routes: readonly Route[]): void {
  routes.forEach((route) => addRoute(app, route));
  const { path } = routes[0] as Route;
  const methods = routes.map(({ method }) => method);
  const allow = methods.flatMap((method) => method === "GET" ? ["GET", "HEAD"] : [method]);
  const template = new PathTemplate(path);
  app.all(honoPath(path), (c, next) => {
    if (template.match(c.req.path) === undefined) return next();
    c.get("context").route = path;
    const error = new GatewayError(
      "method_not_allowed",
      `Cannot use method as ${path} takes ${methods.join(" and ")}`,
    );
    return fail(c, error, { allow: allow.join(", ") });
  });
}

/** Hono's words for a path template; what stands behind a name in its segment, the template compares itself. */
function honoPath(path: Path): string {
  return path.replace(/\{(\w+)\}[^/]*/g, ":$1");
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
  const asked = c.req.raw.headers;
  return errorResponse(error, { dialect, requestId, isBodyDrained, headers, asked });
}

function finish(c: AppContext, context: RequestContext, options: AppOptions): void {
  const { requestId, route, model, bodyBytes, inputs, phaseMs, error } = context;
  const traceId = context.deadline.trace?.traceId;
  // Not `c.header`, which would wrap the body in a stream and lose its length.
  c.res.headers.set("x-request-id", requestId);
  // no-transform: Deno would compress 10 KB of floats on the main thread for every client that allows it.
  c.res.headers.set("cache-control", "no-store, no-transform");
  c.res.headers.set("server-timing", context.serverTiming());
  const answered = {
    requestId,
    ...(traceId === undefined ? {} : { traceId }),
    route,
    ...(model === undefined ? {} : { model }),
    method: c.req.method,
    status: error?.code === "client_closed" ? error.status : c.res.status,
    ...(error === undefined ? {} : { code: error.code, cause: error.cause }),
    seconds: (performance.now() - context.startedMs) / 1000,
    bodyBytes,
    inputs,
    phaseMs,
  };
  options.telemetry.requestAnswered(answered);
  context.span?.end(answered);
}
