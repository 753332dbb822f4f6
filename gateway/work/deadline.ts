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
 * The one deadline of a request: milliseconds left and a signal.
 *
 * The signal's reason is always a `GatewayError`: `deadline_exceeded` or `client_closed`. Disposing stops the
 * timer and lets go of the client's signal, which Deno aborts after every successful reply too unless it is told not to.
 */
export class Deadline implements Disposable {
  readonly timeoutMs: number;
  readonly trace: TraceContext | undefined;
  readonly #controller = new AbortController();
  #expiresAtMs: number;
  #timer: ReturnType<typeof setTimeout>;
  readonly #clientSignal: AbortSignal | undefined;

  constructor(options: DeadlineOptions) {
    this.timeoutMs = options.timeoutMs;
    this.trace = options.trace;
    this.#expiresAtMs = performance.now() + options.timeoutMs;
    this.#timer = setTimeout(this.#onTimer, options.timeoutMs);
    this.#clientSignal = options.clientSignal;
    if (this.#clientSignal?.aborted) this.#onClientClosed();
    this.#clientSignal?.addEventListener("abort", this.#onClientClosed);
  }

  /** Aborts at the deadline or when the client leaves, with a `GatewayError` as its reason. */
  get signal(): AbortSignal {
    return this.#controller.signal;
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
    if (this.signal.aborted) throw this.signal.reason;
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
    clearTimeout(this.#timer);
    this.#clientSignal?.removeEventListener("abort", this.#onClientClosed);
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
    if (remainingMs <= 0) return this.#controller.abort(this.#exceeded());
    this.#timer = setTimeout(this.#onTimer, Math.min(remainingMs, this.timeoutMs));
  };

  readonly #onClientClosed = (): void => {
    this.#controller.abort(
      new GatewayError("client_closed", "Client closed the request"),
    );
  };
}

/**
 * Waits for a promise no longer than the signal allows.
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
