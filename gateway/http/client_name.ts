/** Who a request comes from: what one client may hold is counted under that name. */

/** How clients are told apart. */
export interface ClientNamesOptions {
  /** Header that a trusted proxy puts the client's address into, as `X-Forwarded-For`; empty without a proxy. */
  readonly addressHeader: string;
}

/** Names clients by their address. */
export class ClientNames {
  readonly #addressHeader: string;

  constructor({ addressHeader }: ClientNamesOptions) {
    this.#addressHeader = addressHeader;
  }

  /** The name of whoever sent these headers from that address. */
  of(headers: Headers, address: Deno.Addr): string {
    const own = "hostname" in address ? address.hostname : "";
    if (this.#addressHeader === "") return own;
    // The last entry is what the nearest proxy saw; everything before it a client may have made up.
    const forwarded = headers.get(this.#addressHeader)?.split(",").at(-1)?.trim() ?? "";
    return forwarded === "" ? own : forwarded.slice(0, NAME_LENGTH_MAX);
  }
}

/** IPv6 with a zone, and some. */
const NAME_LENGTH_MAX = 64;
