/** The listening socket: survives running out of file descriptors, and closes in bounded time. */

/** Where a request came from. */
export interface Caller {
  readonly remoteAddr: Deno.Addr;
}

/** Where clients find who listens there. */
export function listenerUrl(host: string, port: number): string {
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** What a listener is made of. */
export interface ListenerOptions {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Whether other isolates listen on the same port, among which the kernel spreads connections. */
  readonly isShared?: boolean;
  readonly fetch: (request: Request, caller: Caller) => Response | Promise<Response>;
  /** Called when accepting connections failed; the listener then opens again. */
  readonly onFailure: (cause: unknown) => void;
}

/** Wait before listening again: long enough for connections to close, short enough not to be missed. */
const REOPEN_DELAY_MS = 200;

/** Serves until it is closed. */
export class Listener {
  readonly #options: ListenerOptions;
  #server: Deno.HttpServer<Deno.NetAddr>;
  #port: number;
  #isClosing = false;

  /** @throws {Deno.errors.AddrInUse} when the port is taken. */
  constructor(options: ListenerOptions) {
    this.#options = options;
    this.#port = options.port;
    this.#server = this.#open();
    this.#port = this.#server.addr.port;
  }

  get port(): number {
    return this.#port;
  }

  /** Where clients find it. */
  get url(): string {
    return listenerUrl(this.#options.host, this.#port);
  }

  /**
   * Stops accepting and waits for requests in flight, at most `timeoutMs`.
   *
   * A client that never finishes its body would hold `shutdown` for ever, hence the limit.
   *
   * @returns Whether every request finished.
   */
  async close(timeoutMs: number): Promise<boolean> {
    this.#isClosing = true;
    const { promise: expired, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => resolve(false), timeoutMs);
    const finished = this.#server.shutdown().then(() => true);
    const isClean = await Promise.race([finished, expired]);
    clearTimeout(timer);
    return isClean;
  }

  #open(): Deno.HttpServer<Deno.NetAddr> {
    const { host, isShared = false, fetch, onFailure } = this.#options;
    const server = Deno.serve(
      { hostname: host, port: this.#port, reusePort: isShared, onListen: () => {} },
      fetch,
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
