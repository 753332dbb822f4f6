/** What pages of other origins may ask and read, where the operator names those (source: the Fetch standard, 3.2). */
import type { Telemetry } from "../telemetry/events.ts";
import type { Fetch } from "./request_head.ts";

/** Who answers questions of browsers, and from what. */
export interface PreflightOptions {
  /** As browsers send them; none, and no code of this file runs. */
  readonly origins: readonly string[];
  /** Methods that a path takes; none for paths that are nobody's. */
  readonly methodsOf: (path: string) => readonly string[];
  readonly telemetry: Pick<Telemetry, "requestAnswered">;
}

/** Methods that requests of the gateway's have. */
const METHODS = ["GET", "POST"] as const;
/**
 * Clients send more headers than the gateway reads, such as those by which OpenAI's describes its machine. The star
 * stands for all of them but `authorization`, and for none in browsers that are older than it.
 */
const ALLOWED_HEADERS = [
  ...["*", "authorization", "content-type", "x-api-key", "x-goog-api-key", "x-request-id"],
  ...["traceparent", "tracestate", "inference-header-content-length"],
].join(", ");
/** What a page may read of a reply, beside what it always may. */
const EXPOSED_HEADERS = [
  ...["content-length", "inference-header-content-length", "retry-after", "retry-after-ms"],
  ...["server-timing", "www-authenticate", "x-embedding-shape", "x-embedding-truncated"],
  ...["x-embedding-space", "x-model-digest", "x-preprocess-id", "x-request-id"],
].join(", ");
/** Seconds for which a browser remembers the answer to its question: as long as Chromium does at most. */
const MAX_AGE_SECONDS = 7200;

/**
 * Stands before everything that may refuse a request, as a browser hides a reply that does not name its page's origin, and
 * an error's message with it. Other origins get the same reply without a word for them.
 */
export function withCors<More extends unknown[]>(
  fetch: Fetch<More>,
  origins: readonly string[],
): Fetch<More> {
  if (origins.length === 0) return fetch;
  const allowed = new Set(origins);
  return async (request, ...more) => {
    const response = await fetch(request, ...more);
    const { headers } = response;
    headers.append("vary", "origin");
    const origin = request.headers.get("origin");
    if (origin === null || !allowed.has(origin)) return response;
    headers.set("access-control-allow-origin", origin);
    headers.set("access-control-expose-headers", EXPOSED_HEADERS);
    headers.set("timing-allow-origin", origin);
    return response;
  };
}

/**
 * Stands behind the check of heads, and answers what browsers ask before they send a request of an allowed origin. They
 * ask without the key, and when the gateway is full, too.
 */
export function withPreflights<More extends unknown[]>(
  fetch: Fetch<More>,
  options: PreflightOptions,
): Fetch<More> {
  if (options.origins.length === 0) return fetch;
  const allowed = new Set(options.origins);
  return (request, ...more) => {
    const { method, headers } = request;
    const isPreflight = method === "OPTIONS" && headers.has("access-control-request-method") &&
      allowed.has(headers.get("origin") ?? "");
    return isPreflight ? preflightReply(request, options) : fetch(request, ...more);
  };
}

/** Methods for which a router has more handlers of a path than it has for every method. */
export function routeMethods(
  router: { match(method: string, path: string): readonly unknown[] },
  path: string,
): string[] {
  const handlers = (method: string) => (router.match(method, path)[0] as unknown[]).length;
  const ofEveryMethod = handlers("OPTIONS");
  return METHODS.filter((method) => handlers(method) > ofEveryMethod);
}

function preflightReply({ url }: Request, { methodsOf, telemetry }: PreflightOptions): Response {
  const startedMs = performance.now();
  const requestId = crypto.randomUUID();
  const found = methodsOf(new URL(url).pathname);
  // What is not there, or takes another method, says so itself, where the page can read it.
  const methods = found.length === 0 ? METHODS : found;
  const headers = {
    "access-control-allow-methods": methods.join(", "),
    "access-control-allow-headers": ALLOWED_HEADERS,
    "access-control-max-age": String(MAX_AGE_SECONDS),
    "x-request-id": requestId,
  };
  telemetry.requestAnswered({
    requestId,
    route: "preflight",
    method: "OPTIONS",
    status: 204,
    seconds: (performance.now() - startedMs) / 1000,
    bodyBytes: 0,
    inputs: 0,
    phaseMs: {},
  });
  return new Response(null, { status: 204, headers });
}
