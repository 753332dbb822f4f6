import { GatewayError } from "../contract/errors.ts";
import type { TraceContext } from "../contract/trace_context.ts";

/** What a deadline is made of. */
export interface DeadlineOptions {
  /** Time the request may take, in milliseconds, while it is not paused. */
  readonly timeoutMs: number;
  /** Aborts when the client leaves. */
  readonly clientSignal?: AbortSignal;
  /** The trace that the request belongs to, for whoever is called on its behalf. */
  readonly trace?: TraceContext | undefined;
}

/**
 * The one deadline of a request: milliseconds left and why it is over, by itself or as a signal.
 *
 * The reason is always a `GatewayError`: `deadline_exceeded` or `client_closed`. Once it is disposed it is never over: the
 * client's signal, which Deno aborts after every successful reply too unless it is told not to, says nothing any more. It
 * is not let go of, which takes longer than to be told in vain, and lasts no longer than the request.
 */
export class Deadline implements Disposable {
  readonly timeoutMs: number;
  readonly trace: TraceContext | undefined;
  /** Made for the first who asks for the signal: most requests are over without one. */
  #controller: AbortController | undefined;
  #reason: GatewayError | undefined;
  readonly #told: ((reason: GatewayError) => void)[] = [];
  #expiresAtMs: number;
  #timer: ReturnType<typeof setTimeout>;
  #isOpen = true;

  constructor(options: DeadlineOptions) {
    this.timeoutMs = options.timeoutMs;
    this.trace = options.trace;
    this.#expiresAtMs = performance.now() + options.timeoutMs;
    this.#timer = setTimeout(this.#onTimer, options.timeoutMs);
    const { clientSignal } = options;
    if (clientSignal?.aborted) this.#onClientClosed();
    clientSignal?.addEventListener("abort", this.#onClientClosed);
  }

  /** Aborts at the deadline or when the client leaves, with a `GatewayError` as its reason. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** Why it is over; `undefined` while there is time. */
  get reason(): GatewayError | undefined {
    return this.#reason;
  }

  /** Has somebody told when it is over, for whoever listens as long as the request lasts: that cannot be taken back. */
  whenOver(tell: (reason: GatewayError) => void): void {
    if (this.#reason === undefined) this.#told.push(tell);
    else tell(this.#reason);
  }

  /**
   * Waits for work no longer than there is time; for few in a request, since what comes of each is kept until its end.
   *
   * @throws The reason when it is over first; the work itself is not stopped.
   */
  within<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.whenOver(reject);
      work.then(resolve, reject);
    });
  }

  /** Milliseconds left; 0 when the deadline has passed. */
  get remainingMs(): number {
    return Math.max(0, this.#expiresAtMs - performance.now());
  }

  /**
   * Milliseconds left, for calls that take 0 as "no timeout".
   *
   * @throws {GatewayError} `deadline_exceeded` or `client_closed` when nothing is left to wait for.
   */
  assertRemainingMs(): number {
    if (this.#reason !== undefined) throw this.#reason;
    const remaining = this.remainingMs;
    if (remaining <= 0) throw this.#exceeded();
    return remaining;
  }

  /** Stands still until it starts anew: what a client takes to send has limits of its own. */
  pause(): void {
    this.#expiresAtMs = Infinity;
  }

  /** Starts anew with all of its time. */
  restart(): void {
    this.#expiresAtMs = performance.now() + this.timeoutMs;
  }

  [Symbol.dispose](): void {
    this.#isOpen = false;
    clearTimeout(this.#timer);
  }

  #exceeded(): GatewayError {
    return new GatewayError(
      "deadline_exceeded",
      `Cannot complete request within its deadline of ${this.timeoutMs} ms`,
    );
  }

  /** Set again only when it has come too early, so that pausing costs nothing. */
  readonly #onTimer = (): void => {
    const { remainingMs } = this;
    if (remainingMs <= 0) return this.#end(this.#exceeded());
    this.#timer = setTimeout(this.#onTimer, Math.min(remainingMs, this.timeoutMs));
  };

  readonly #onClientClosed = (): void => {
    this.#end(new GatewayError("client_closed", "Client closed the request"));
  };

  /** What ends it first is the reason. */
  #end(reason: GatewayError): void {
    if (!this.#isOpen || this.#reason !== undefined) return;
    this.#reason = reason;
    this.#controller?.abort(reason);
    for (const tell of this.#told) tell(reason);
  }
}

/**
 * Waits for a promise no longer than the signal allows; for many in turn, such as reads, of which `Deadline.within()` would
 * keep what comes.
 *
 * @throws The signal's reason when it aborts first; the work itself is not stopped.
 */
export function abortable<T>(
  promise: Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  if (signal.aborted) {
    promise.catch(() => {});
    return Promise.reject(signal.reason);
  }
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  return Promise.race([promise, aborted]).finally(() =>
    signal.removeEventListener("abort", onAbort)
  );
}
