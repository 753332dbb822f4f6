/** Which addresses of images may be asked at all, by what they say of themselves. */
import { GatewayError } from "../contract/errors.ts";

/** What an address names, once it is allowed. */
export interface Target {
  /** In ASCII, without a dot at its end: for the name server, the certificate and `Host`. */
  readonly host: string;
  readonly port: number;
  /** Path and query. */
  readonly path: string;
  /** What a relative redirect is relative to. */
  readonly url: URL;
}

const HTTPS_PORT = 443;
const ANY_HOST = "*";

/** Hosts that images may be fetched from. */
export class AllowedHosts {
  readonly #exact: ReadonlySet<string>;
  /** Such as `.example.com`. */
  readonly #suffixes: readonly string[];
  readonly #isAny: boolean;

  /** @param hosts `host`, `host:port`, `*.example.com` for all below it, or `*` for all; without a port it is 443. */
  constructor(hosts: readonly string[]) {
    const lower = hosts.map((host) => host.toLowerCase());
    this.#isAny = lower.includes(ANY_HOST);
    this.#suffixes = lower.filter((host) => host.startsWith("*.")).map((host) => host.slice(1));
    this.#exact = new Set(
      lower.filter((host) => !host.startsWith(ANY_HOST))
        .map((host) => host.includes(":") ? host : `${host}:${HTTPS_PORT}`),
    );
  }

  /**
   * Reads an address. Numbers for a host are none of a listed one, in whatever form: URL's standard turns all of them into
   * four decimals or brackets.
   *
   * @param base What it is relative to, in a redirect.
   * @throws {GatewayError} `url_not_allowed`.
   */
  target(text: string, base?: URL): Target {
    const url = URL.parse(text, base);
    if (url === null || url.protocol !== "https:") throw notAllowed("it must be https://…");
    if (url.username !== "" || url.password !== "") throw notAllowed("it must name no user");
    const host = url.hostname.replace(/\.$/, "");
    if (host.startsWith("[") || /^[\d.]*$/.test(host)) throw notAllowed("its host must be a name");
    const port = url.port === "" ? HTTPS_PORT : Number(url.port);
    if (!this.#has(host, port)) {
      throw notAllowed("its host must be one that GATEWAY_URL_INPUT_HOSTS names");
    }
    return { host, port, path: url.pathname + url.search, url };
  }

  #has(host: string, port: number): boolean {
    if (this.#exact.has(`${host}:${port}`)) return true;
    if (port !== HTTPS_PORT) return false;
    return this.#isAny || this.#suffixes.some((suffix) => host.endsWith(suffix));
  }
}

/** @param reason What an address must be. */
export function notAllowed(reason: string): GatewayError {
  return new GatewayError("url_not_allowed", `Cannot fetch image from its address: ${reason}`);
}
