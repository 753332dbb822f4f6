/**
 * The listening socket: survives running out of file descriptors, and closes in bounded time without losing a reply.
 *
 * A connection that is closed while a request is on its way, or while it waits to be accepted, is reset, and the reply
 * lost. Deno has no handle on single connections, so whoever is about to stop first tells every client by its next
 * reply that the connection ends, and then holds replies back until no request comes any more: a client that waits for
 * a reply neither sends on a kept connection nor opens another one.
 */

import { bracketed } from "../config/addresses.ts";
import { type ListenAddress, ListenError } from "./listen_error.ts";

/** Where a request came from. */
export interface Caller {
  readonly remoteAddr: Deno.Addr;
}

/** Where clients find who listens there. */
export function listenerUrl(host: string, port: number): string {
  return `http://${bracketed(host)}:${port}`;
}

/** What a listener is made of. */
export interface ListenerOptions extends ListenAddress {
  /** Whether other isolates listen on the same port, among which the kernel spreads connections. */
  readonly isShared?: boolean;
  readonly fetch: (request: Request, caller: Caller) => Response | Promise<Response>;
  /** Called when accepting connections failed; the listener then opens again. */
  readonly onFailure: (cause: unknown) => void;
}

/** Wait before listening again: long enough for connections to close, short enough not to be missed. */
const REOPEN_DELAY_MS = 200;
/** Milliseconds between two looks for requests that have come. */
const LOOK_MS = 10;
/** Looks in a row that find no new request before the socket is closed: more than a client takes to send its next one. */
const QUIET_LOOKS = 10;
/** Milliseconds that replies are held back while requests come; clients that wait for none keep coming anyway. */
const HOLD_MS_MAX = 1000;
/** Serves until it is closed. */
export class Listener {
  readonly #options: ListenerOptions;
  #server: Deno.HttpServer<Deno.NetAddr>;
  #port: number;
  #isDraining = false;
  #isClosing = false;
  /** Requests that have come so far. */
  #requests = 0;
  /** Holds replies back until it resolves. */
  #held: PromiseWithResolvers<void> | undefined;
  #shutdown: Promise<void> | undefined;

  /** @throws {ListenError} when the port is taken, or the address is none of this machine. */
  constructor(options: ListenerOptions) {
    this.#options = options;
    this.#port = options.port;
    try {
      this.#server = this.#open();
    } catch (cause) {
      throw new ListenError(options, cause);
    }
    this.#port = this.#server.addr.port;
  }

  get port(): number {
    return this.#port;
  }

  /** Where clients find it. */
  get url(): string {
    return listenerUrl(this.#options.host, this.#port);
  }

  /** Says in every reply from now on that its connection ends (RFC 9112, section 9.6), while everything is served. */
  drain(): void {
    this.#isDraining = true;
  }

  /**
   * Holds replies back from now on and waits until no request comes any more, at most `timeoutMs`; behind a second, only
   * until another one has come.
   *
   * @returns Whether that was so.
   */
  async hold(timeoutMs: number): Promise<boolean> {
    this.drain();
    this.#held ??= Promise.withResolvers();
    const startedMs = performance.now();
    let [looks, seen] = [0, this.#requests];
    // Counts turns of the event loop, in each of which connections are accepted: time alone may pass without one.
    while (looks < QUIET_LOOKS) {
      const heldMs = performance.now() - startedMs;
      if (heldMs >= timeoutMs || (heldMs >= HOLD_MS_MAX && looks === 0)) return false;
      await pause(LOOK_MS);
      looks = seen === this.#requests ? looks + 1 : 0;
      seen = this.#requests;
    }
    return true;
  }

  /**
   * Closes the socket and connections that wait for no reply. HTTP/2 clients get their GOAWAY now, and whatever they
   * had sent by then is answered.
   */
  async shut(): Promise<void> {
    this.#isClosing = true;
    this.#shutdown ??= this.#server.shutdown();
    // The socket is closed when the event loop comes to it.
    await pause(0);
  }

  /**
   * Shuts, lets go of replies and waits for requests in flight, at most `timeoutMs`: a client that never finishes its
   * body would hold that up for ever.
   *
   * @returns Whether every request was answered.
   */
  async close(timeoutMs: number): Promise<boolean> {
    const { promise: expired, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => resolve(false), Math.max(0, timeoutMs));
    await this.shut();
    this.#held?.resolve();
    const isFinished = await Promise.race([this.#shutdown?.then(() => true), expired]);
    clearTimeout(timer);
    return isFinished === true;
  }

  async #answer(request: Request, caller: Caller): Promise<Response> {
    this.#requests++;
    const response = await this.#options.fetch(request, caller);
    if (!this.#isDraining) return response;
    response.headers.set("connection", "close");
    await this.#held?.promise;
    return response;
  }

  #open(): Deno.HttpServer<Deno.NetAddr> {
    const { host, isShared = false, onFailure } = this.#options;
    const server = Deno.serve(
      { hostname: host, port: this.#port, reusePort: isShared, onListen: () => {} },
      (request, caller) => this.#answer(request, caller),
    );
    // Without a handler here, EMFILE while accepting would end the process.
    server.finished.catch((cause) => {
      if (this.#isClosing) return;
      onFailure(cause);
      this.#reopen();
    });
    return server;
  }

  #reopen(): void {
    setTimeout(() => {
      if (this.#isClosing) return;
      try {
        this.#server = this.#open();
      } catch (cause) {
        this.#options.onFailure(cause);
        this.#reopen();
      }
    }, REOPEN_DELAY_MS);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
