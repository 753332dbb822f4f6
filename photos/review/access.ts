/** Who may talk to the page's server: the page itself, opened by whoever saw the token. */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

const TOKEN_BYTES = 32;
/** What browsers say of requests that the page makes, and of an address that was typed. */
const OWN_SITES = ["same-origin", "none"];
const BEARER = "Bearer ";

/** A token that nobody guesses: 256 random bits. */
export function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString("base64url");
}

/** Why a request is refused. */
export interface AccessRefusal {
  readonly status: 401 | 403 | 421;
  readonly message: string;
}

/** Judges requests. */
export class Access {
  readonly #hosts: ReadonlySet<string>;
  readonly #origins: ReadonlySet<string>;
  readonly #token: Uint8Array;

  constructor(port: number, token: string) {
    this.#hosts = new Set([`127.0.0.1:${port}`, `localhost:${port}`]);
    this.#origins = new Set([...this.#hosts].map((host) => `http://${host}`));
    this.#token = digest(token);
  }

  /** Any request: one for another name came by a name of someone else's that leads here. */
  refuseHost(headers: Headers): AccessRefusal | undefined {
    if (this.#hosts.has(headers.get("host") ?? "")) return undefined;
    return { status: 421, message: "Another host is meant" };
  }

  /**
   * Requests for anything of the library. The token comes in a header that no form and no picture of another site can
   * send, and is no cookie, which servers on other ports of this machine would be sent, too.
   */
  refuseData(headers: Headers): AccessRefusal | undefined {
    const origin = headers.get("origin");
    const site = headers.get("sec-fetch-site");
    if (
      origin !== null && !this.#origins.has(origin) || site !== null && !OWN_SITES.includes(site)
    ) {
      return { status: 403, message: "Other sites get nothing here" };
    }
    const sent = headers.get("authorization") ?? "";
    const isKnown = sent.startsWith(BEARER) &&
      timingSafeEqual(digest(sent.slice(BEARER.length)), this.#token);
    if (isKnown) return undefined;
    return { status: 401, message: "Open the address that photos review printed" };
  }
}

/** Of equal length whatever is sent. */
function digest(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}
