/** One image from an address to its bytes: judged, resolved, pinned, asked, read, and each redirect all over again. */
import type { IncomingMessage } from "node:http";
import { createSecureContext, type SecureContext } from "node:tls";
import { GatewayError, limitError } from "../contract/errors.ts";
import { type AllowedHosts, notAllowed, type Target } from "./allowed_hosts.ts";
import { httpGet } from "./http_get.ts";
import { ImageBytes } from "./image_bytes.ts";
import { connectTls } from "./tls_socket.ts";

/** What a fetcher asks of the world; tests have a world of their own. */
export interface Network {
  /**
   * Addresses of IPv4 of a name; none where there is no such name.
   *
   * @throws when nobody answers.
   */
  readonly resolve: (host: string, signal: AbortSignal) => Promise<readonly string[]>;
  /** Whether an address may be connected to. */
  readonly isPublic: (address: string) => boolean;
  /** Authorities whose certificates are believed, as PEM. */
  readonly roots: readonly string[];
}

/** What a fetcher is made of. */
export interface ImageFetcherOptions {
  readonly hosts: AllowedHosts;
  readonly network: Network;
  /** Of one image. */
  readonly bytesMax: number;
}

/** What one fetch is bounded by. */
export interface FetchBounds {
  /** Ends the fetch, wherever it is. */
  readonly signal: AbortSignal;
  /** Counts bytes as they arrive; throws when there is no room for them. */
  readonly addBytes: (bytes: number) => void;
}

const REDIRECTS_MAX = 3;
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];

/** Fetches images. */
export class ImageFetcher {
  readonly #options: ImageFetcherOptions;
  readonly #roots: SecureContext;

  constructor(options: ImageFetcherOptions) {
    this.#options = options;
    this.#roots = createSecureContext({ ca: [...options.network.roots] });
  }

  /**
   * Fetches an image. When it settles, nothing of it is left.
   *
   * @throws {GatewayError} `url_not_allowed`, `url_unreachable`, `body_too_large`, or what `addBytes` throws. When the
   * signal aborts, anything.
   */
  async fetch(url: string, bounds: FetchBounds): Promise<Uint8Array<ArrayBuffer>> {
    const { hosts } = this.#options;
    let target = hosts.target(url);
    for (let redirects = 0; redirects <= REDIRECTS_MAX; redirects++) {
      const outcome = await this.#ask(target, bounds);
      if (outcome instanceof Uint8Array) return outcome;
      target = hosts.target(outcome.location, target.url);
    }
    throw unreachable(`its redirects must be ≤ ${REDIRECTS_MAX}`);
  }

  /** Asks one host once. */
  async #ask(
    target: Target,
    bounds: FetchBounds,
  ): Promise<Uint8Array<ArrayBuffer> | { readonly location: string }> {
    const address = await this.#addressOf(target.host, bounds.signal);
    const peer = { address, port: target.port, host: target.host, roots: this.#roots };
    const socket = await connectTls(peer, bounds.signal).catch((cause) => {
      throw unreachable("its host must answer with a certificate for its name", cause);
    });
    try {
      const answer = await httpGet(target, socket);
      const { statusCode = 0, headers: { location } } = answer;
      if (REDIRECTS.includes(statusCode) && location !== undefined) return { location };
      return await this.#read(answer, bounds);
    } catch (thrown) {
      if (thrown instanceof GatewayError) throw thrown;
      throw unreachable("its host must answer, and to the end", thrown);
    } finally {
      socket.destroy();
    }
  }

  /** The address to connect to: one that was judged, and no other. */
  async #addressOf(host: string, signal: AbortSignal): Promise<string> {
    const { resolve, isPublic } = this.#options.network;
    const addresses = await resolve(host, signal).catch((cause) => {
      throw unreachable("its host's name must be known", cause);
    });
    // A name that is unknown and one of an inner network look alike: nobody learns here which there are.
    const [first] = addresses;
    if (first !== undefined && addresses.every(isPublic)) return first;
    throw notAllowed("its host must have public addresses alone");
  }

  async #read(
    answer: IncomingMessage,
    { addBytes }: FetchBounds,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const { bytesMax } = this.#options;
    const { statusCode, headers } = answer;
    if (statusCode !== 200) {
      throw unreachable(`its host must answer 200: current value is ${statusCode}`);
    }
    const { "content-encoding": encoding = "identity", "content-length": declared } = headers;
    if (!/^\s*(?:identity)?\s*$/i.test(encoding)) {
      throw unreachable("its host must send it as it is, without a content encoding");
    }
    if (Number(declared) > bytesMax) throw tooLarge(bytesMax, Number(declared));
    const bytes = new ImageBytes();
    for await (const chunk of answer as AsyncIterable<Uint8Array>) {
      if (bytes.length + chunk.length > bytesMax) throw tooLarge(bytesMax);
      addBytes(chunk.length);
      bytes.add(chunk);
    }
    return bytes.take();
  }
}

/** @param reason What must hold. */
export function unreachable(reason: string, cause?: unknown): GatewayError {
  return new GatewayError("url_unreachable", `Cannot fetch image from its address: ${reason}`, {
    cause,
  });
}

function tooLarge(limit: number, value?: number): GatewayError {
  return limitError("body_too_large", {
    action: "fetch image",
    quantity: "its bytes",
    limit,
    ...value !== undefined && { value },
  });
}
