/** Keeps a connection to an inference server that may not be there yet, goes away and comes back. */

/** What a link is made of. */
export interface ServerLinkOptions<Connection> {
  /** Checks the server and prepares everything calls need; its error says why not. */
  readonly connect: (signal: AbortSignal) => Promise<Connection>;
  /** Milliseconds between attempts. */
  readonly retryMs: number;
  /** Called when the link goes up, and whenever the reason it is down changes. */
  readonly onChange: (change: LinkChange<Connection>) => void;
}

/** Where a link has come to. */
export type LinkChange<Connection> =
  | { readonly isUp: true; readonly connection: Connection }
  | { readonly isUp: false; readonly reason: string; readonly cause: unknown };

/** Up with a connection, or down and trying again until it is disposed. */
export class ServerLink<Connection> implements AsyncDisposable {
  readonly #options: ServerLinkOptions<Connection>;
  readonly #closing = new AbortController();
  #connection: Connection | undefined;
  #reason = "not connected yet";
  #reported: string | undefined;
  #attempts: Promise<void> | undefined;

  constructor(options: ServerLinkOptions<Connection>) {
    this.#options = options;
  }

  /** The connection while the link is up. */
  get connection(): Connection | undefined {
    return this.#connection;
  }

  /** Why the link is down. */
  get reason(): string {
    return this.#reason;
  }

  /** Makes a first attempt; resolves when it ended either way, while further ones go on behind it. */
  async open(): Promise<void> {
    await this.#attempt();
    if (this.#connection === undefined) this.#startAttempts();
  }

  /** Takes a connection that failed out of use and starts to look for a new one. */
  lose(connection: Connection, cause: unknown): void {
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    this.#report(cause);
    this.#startAttempts();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#attempts;
    this.#connection = undefined;
  }

  #startAttempts(): void {
    if (this.#closing.signal.aborted) return;
    this.#attempts ??= this.#attemptUntilUp().finally(() => this.#attempts = undefined);
  }

  async #attemptUntilUp(): Promise<void> {
    while (this.#connection === undefined && !this.#closing.signal.aborted) {
      await pause(this.#options.retryMs, this.#closing.signal);
      if (!this.#closing.signal.aborted) await this.#attempt();
    }
  }

  async #attempt(): Promise<void> {
    try {
      const connection = await this.#options.connect(this.#closing.signal);
      if (this.#closing.signal.aborted) return;
      this.#connection = connection;
      this.#reported = undefined;
      this.#options.onChange({ isUp: true, connection });
    } catch (cause) {
      if (!this.#closing.signal.aborted) this.#report(cause);
    }
  }

  /** Tells each reason once, not at every attempt. */
  #report(cause: unknown): void {
    this.#reason = cause instanceof Error ? cause.message : String(cause);
    if (this.#reason === this.#reported) return;
    this.#reported = this.#reason;
    this.#options.onChange({ isUp: false, reason: this.#reason, cause });
  }
}

/** Waits, or returns early when the signal aborts. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  const onAbort = () => resolve();
  signal.addEventListener("abort", onAbort);
  await promise;
  clearTimeout(timer);
  signal.removeEventListener("abort", onAbort);
}
