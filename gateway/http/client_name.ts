/** Who a request comes from: what one client may hold is counted under that name. */
import type { ApiKeys } from "./api_keys.ts";
import type { KeyedRequest, KeyHeader } from "./codec/key_header.ts";

/** How clients are told apart. */
export interface ClientNamesOptions {
  /** Header that a trusted proxy puts the client's address into, as `X-Forwarded-For`; empty without a proxy. */
  readonly addressHeader: string;
  readonly apiKeys: ApiKeys;
}

/** Names clients by their key, where keys are asked for; else by their address. */
export class ClientNames {
  readonly #options: ClientNamesOptions;

  constructor(options: ClientNamesOptions) {
    this.#options = options;
  }

  /**
   * The name of whoever sent this request from that address: one key is one client, wherever it comes from, and two keys
   * at one address are two.
   *
   * @returns `undefined` for whoever will be refused for want of a key: names that are made up take nobody's part.
   */
  of(request: KeyedRequest, address: Deno.Addr, keyHeader: KeyHeader): string | undefined {
    const { addressHeader, apiKeys } = this.#options;
    if (apiKeys.areAsked) {
      const index = apiKeys.indexOf(request, keyHeader);
      return index < 0 ? undefined : `key ${index}`;
    }
    const own = "hostname" in address ? address.hostname : "";
    if (addressHeader === "") return own;
    // The last entry is what the nearest proxy saw; everything before it a client may have made up.
    const forwarded = request.headers.get(addressHeader)?.split(",").at(-1)?.trim() ?? "";
    return forwarded === "" ? own : forwarded.slice(0, NAME_LENGTH_MAX);
  }
}

/** IPv6 with a zone, and some. */
const NAME_LENGTH_MAX = 64;
