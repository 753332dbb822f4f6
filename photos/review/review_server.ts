/** The page's server on loopback. */
import type { Library } from "../library/library.ts";
import { Thumbnails } from "../thumbnails/thumbnails.ts";
import { Access, newToken } from "./access.ts";
import { DecisionLog } from "./decision_log.ts";
import { Regrouping, type RegroupingOptions } from "./regrouping.ts";
import { createReviewApp } from "./review_app.ts";

const HOST = "127.0.0.1";

/** What is served, and where. */
export interface ReviewServerOptions extends RegroupingOptions {
  /** Of the library, absolute. */
  readonly folder: string;
  /** 0 for any that is free. */
  readonly port: number;
}

/** A page that can be opened. */
export interface ReviewServer extends AsyncDisposable {
  /** With the token, behind `#`: no browser sends that anywhere. */
  readonly url: string;
}

function serve(
  options: Deno.ServeTcpOptions & { readonly port: number },
  handler: Deno.ServeHandler,
): Deno.HttpServer<Deno.NetAddr> {
  try {
    return Deno.serve({ ...options, onListen: () => {} }, handler);
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    throw new Error(
      `Port ${options.port} is taken: --port has another one, or any that is free if it is left out`,
    );
  }
}

/**
 * Finds the pairs of a library and serves its page.
 *
 * @throws {Error} where the port is taken.
 */
export async function startReview(
  library: Library,
  options: ReviewServerOptions,
): Promise<ReviewServer> {
  const regrouping = await Regrouping.of(library, options);
  await using stack = new AsyncDisposableStack();
  const thumbnails = stack.use(await Thumbnails.open(options.folder));
  const token = newToken();
  const log = new DecisionLog(library, regrouping.photos);
  const app = Promise.withResolvers<ReturnType<typeof createReviewApp>>();
  const ending = new AbortController();
  const listen = { hostname: HOST, port: options.port, signal: ending.signal };
  const server = serve(listen, async (request) => await (await app.promise).fetch(request));
  const { port } = server.addr;
  const access = new Access(port, token);
  app.resolve(createReviewApp({ library, regrouping, log, thumbnails, access }));
  const parts = stack.move();
  return {
    url: `http://${HOST}:${port}/#${token}`,
    [Symbol.asyncDispose]: async () => {
      await parts.disposeAsync();
      // Who is still being sent an original is not waited for.
      ending.abort();
      await server.finished;
    },
  };
}
