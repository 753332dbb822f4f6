/** All routes as data: whoever adds one says its method, its path and whether it wants a key. */
import type { GatewayReadiness } from "../embed/gateway_readiness.ts";
import { GatewayError } from "../contract/errors.ts";
import { ApiDescription } from "./api_description.ts";
import type { ApiKeys } from "./api_keys.ts";
import { askedOnce } from "./asked_once.ts";
import type { Path } from "./codec/path_template.ts";
import { readQuery } from "./codec/query.ts";
import type { Dialects, DialectTable } from "./dialects/dialect_table.ts";
import { createEmbedHandler, type EmbedHandlerOptions } from "./embed_handler.ts";
import type { Info } from "./info.ts";
import { landingReply } from "./landing_page.ts";
import { modelStatuses } from "./model_info.ts";
import { pageFile } from "./page_files.ts";
import { readinessReply } from "./readiness_reply.ts";
import type { AppContext } from "./request_context.ts";
import { readSmallBody } from "./small_body.ts";
import { DRAINING_RETRY_SECONDS } from "./uploads.ts";

/** What routes answer with. */
export interface RouteOptions extends EmbedHandlerOptions {
  /** The first one words the errors of paths that are nobody's. */
  readonly dialects: Dialects;
  /** Answers probes. */
  readonly check: () => Promise<GatewayReadiness>;
  readonly apiKeys: ApiKeys;
  readonly info: () => Info;
  readonly metrics: () => Promise<string>;
  /** Whether new work is refused because the gateway is about to close its listener. */
  readonly isDraining: () => boolean;
}

/** What a path has in its template's places. */
type Params = Readonly<Record<string, string>>;

/** A line of the route table. */
export interface Route {
  readonly method: "GET" | "POST";
  /** Also its label in metrics. */
  readonly path: Path;
  /** Whether it wants no key. */
  readonly isOpen: boolean;
  readonly handle: (c: AppContext, params: Params) => Response | Promise<Response>;
}

/** All routes. */
export function listRoutes(options: RouteOptions, table: DialectTable): Route[] {
  const routes = [...ownRoutes(options), ...dialectRoutes(options, table)];
  const described = new ApiDescription(() => {
    const { name, version, limits, orient, decode, models } = options.info();
    const dims = [...new Set(models.map(({ dim }) => dim))];
    const defaults = { orient: orient.default, decode: decode.default };
    const { dialects, apiKeys: { areAsked: needsKey } } = options;
    return { name, version, routes: all, dialects, needsKey, limits, dims, defaults };
  });
  // Nothing in them is secret, and who writes a client has no key yet.
  const all: Route[] = [
    ...routes,
    get("/openapi.json", true, (c) => described.document(c.req.raw)),
    get("/docs", true, (c) => described.page(c.req.raw)),
  ];
  return all;
}

function ownRoutes(options: RouteOptions): Route[] {
  const metrics = askedOnce(options.metrics);
  const live: Route["handle"] = (c) =>
    c.json({ status: "ok", unix: Math.floor(Date.now() / 1000) });
  const open = (path: Path, handle: Route["handle"]): Route => get(path, true, handle);
  return [
    // Whoever restarts containers has no key.
    open("/healthz", live),
    open("/health", live),
    open("/livez", live),
    open("/readyz", async (c) => {
      const { model } = readQuery(c.req.raw.url);
      const reply = readinessReply(await options.check(), options.models, model);
      return c.json(reply, reply.status === "ready" ? 200 : 503);
    }),
    // And so has whoever is told here how to send one.
    open("/", (c) => landingReply(c.req.raw, options.info(), options.apiKeys.areAsked)),
    open("/page/{name}", (_, { name = "" }) => pageFile(name)),
    get("/info", false, async (c) => {
      const info = options.info();
      return c.json({ ...info, models: await modelStatuses(info.models, options.check) });
    }),
    get("/metrics", false, async (c) => {
      return c.text(await metrics(), 200, { "content-type": "text/plain; version=0.0.4" });
    }),
  ];
}

function dialectRoutes(options: RouteOptions, table: DialectTable): Route[] {
  return options.dialects.flatMap((dialect) => {
    const embed = createEmbedHandler(dialect, table, options);
    // New work is refused once the listener is about to close; admission comes inside the handler.
    const handle: Route["handle"] = (c, params) => (assertOpen(options), embed(c, params));
    const posts = dialect.paths.map((path): Route => ({
      method: "POST",
      path,
      isOpen: false,
      handle,
    }));
    const gets = (dialect.gets ?? []).map(({ path, method, isOpen = false, reply }): Route => ({
      ...get(path, isOpen, async (c, params) => {
        const { name, version, models } = options.info();
        const { raw } = c.req;
        return await reply({
          params,
          contentType: raw.headers.get("content-type") ?? "",
          body: () => readSmallBody(raw, c.get("context").deadline),
          server: { name, version },
          models: () => modelStatuses(models, options.check),
        });
      }),
      method: method ?? "GET",
    }));
    return [...posts, ...gets];
  });
}

function get(path: Path, isOpen: boolean, handle: Route["handle"]): Route {
  return { method: "GET", path, isOpen, handle };
}

function assertOpen(options: RouteOptions): void {
  if (!options.isDraining()) return;
  throw new GatewayError("draining", "Cannot accept request: the gateway is shutting down", {
    retryAfterSeconds: DRAINING_RETRY_SECONDS,
  });
}
