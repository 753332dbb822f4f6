/** Which gateway is asked: one far away, one of this process, or whichever there is. */
import type { EmbeddingError } from "./embedding_error.ts";

/** Where a gateway listens. */
export interface Target {
  readonly url: string;
  readonly key: string | undefined;
  /** What vectors of it are marked with: its URL, or `local`. */
  readonly madeBy: string;
}

/** A gateway of one's own, as long as it is wanted. */
export interface LocalServer {
  readonly url: string;
  readonly key?: string | undefined;
  close(): PromiseLike<void>;
}

/** Starts one; what does that is given to a client, so that browsers need not carry it. */
export type OpenLocal = () => Promise<LocalServer>;

/** Chooses for every attempt. */
export interface Route {
  /** Of the gateway far away; `local` where there is none. */
  readonly url: string;
  target(): Promise<Target>;
  /** Takes note of an attempt that failed there. */
  failed(target: Target, error: EmbeddingError): void;
  close(): Promise<void>;
}

/** What is known of the choice. */
interface RouteOptions {
  readonly url?: string | undefined;
  readonly key?: string | undefined;
  readonly mode?: "remote" | "local" | "auto";
  readonly local?: OpenLocal;
}

/** The route of a mode. @throws {TypeError} where it lacks something. */
export function routeOf({ url, key, mode = "remote", local }: RouteOptions): Route {
  if (mode !== "remote" && local === undefined) {
    throw new TypeError(`local is needed where mode is ${mode}`);
  }
  if (mode === "local") return new LocalRoute(local as OpenLocal);
  const ownUrl = gatewayUrl(url);
  const remote = { url: ownUrl, key, madeBy: ownUrl };
  return mode === "remote" ? new FixedRoute(remote) : new AutoRoute(remote, local as OpenLocal);
}

/** @throws {TypeError} */
function gatewayUrl(url: string | undefined): string {
  if (url === undefined) throw new TypeError("url is needed, unless mode is local");
  const { protocol, href } = new URL(url);
  if (!/^https?:$/.test(protocol)) throw new TypeError("url must be http or https");
  return href.replace(/\/+$/, "");
}

/** Always the same. */
class FixedRoute implements Route {
  readonly url: string;
  readonly #target: Target;

  constructor(target: Target) {
    this.url = target.url;
    this.#target = target;
  }

  target(): Promise<Target> {
    return Promise.resolve(this.#target);
  }

  failed(): void {}

  async close(): Promise<void> {}
}

/** Started when it is asked for first. */
class LocalRoute implements Route {
  readonly url = "local";
  readonly #open: OpenLocal;
  #server: Promise<LocalServer> | undefined;

  constructor(open: OpenLocal) {
    this.#open = open;
  }

  /** @throws {Error} where it does not start. */
  async target(): Promise<Target> {
    const { url, key } = await (this.#server ??= this.#open());
    return { url, key, madeBy: "local" };
  }

  failed(): void {}

  async close(): Promise<void> {
    const server = await this.#server?.catch(() => undefined);
    this.#server = undefined;
    await server?.close();
  }
}

/** How long a gateway that was gone is left alone before it is looked for again. */
const AWAY_MS = 15_000;
const PROBE_TIMEOUT_MS = 5_000;
/** The gateway says that it has no model to ask, or is about to leave. */
const AWAY_CODES: readonly string[] = ["unreachable", "upstream_unavailable", "draining"];
/** A proxy says so. */
const AWAY_STATUSES: readonly (number | undefined)[] = [502, 503, 504];

/** What of time an `AutoRoute` needs. */
export interface RouteTimes {
  readonly awayMs?: number;
  readonly now?: () => number;
}

/** The one far away while it answers; else that of this process, until the other one is ready again. */
export class AutoRoute implements Route {
  readonly url: string;
  readonly #remote: Target;
  readonly #local: LocalRoute;
  readonly #awayMs: number;
  readonly #now: () => number;
  readonly #ending = new AbortController();
  /** When to look for the one far away; absent while it is there. */
  #nextProbeMs: number | undefined;
  #probing: Promise<void> | undefined;

  constructor(remote: Target, open: OpenLocal, times: RouteTimes = {}) {
    this.url = remote.url;
    this.#remote = remote;
    this.#local = new LocalRoute(open);
    this.#awayMs = times.awayMs ?? AWAY_MS;
    this.#now = times.now ?? (() => performance.now());
  }

  async target(): Promise<Target> {
    if (this.#nextProbeMs === undefined) return this.#remote;
    // What is asked meanwhile does not wait for that.
    if (this.#now() >= this.#nextProbeMs) this.#probing ??= this.#probe();
    return await this.#local.target();
  }

  failed({ madeBy }: Target, { code, status }: EmbeddingError): void {
    if (madeBy !== this.#remote.madeBy) return;
    const isProxy = code === "unexpected_reply" && AWAY_STATUSES.includes(status);
    if (isProxy || AWAY_CODES.includes(code)) this.#nextProbeMs = this.#now() + this.#awayMs;
  }

  async close(): Promise<void> {
    this.#ending.abort();
    await this.#probing;
    await this.#local.close();
  }

  async #probe(): Promise<void> {
    try {
      const signal = AbortSignal.any([
        this.#ending.signal,
        AbortSignal.timeout(PROBE_TIMEOUT_MS),
      ]);
      const response = await fetch(`${this.#remote.url}/readyz`, { signal });
      await response.body?.cancel();
      this.#nextProbeMs = response.ok ? undefined : this.#now() + this.#awayMs;
    } catch {
      this.#nextProbeMs = this.#now() + this.#awayMs;
    } finally {
      this.#probing = undefined;
    }
  }
}
