/** When a breaker opens and for how long. */
export interface CircuitBreakerOptions {
  /** Failures in a row that open it. */
  readonly failuresMax: number;
  /** Milliseconds it stays open before one trial is let through. */
  readonly openMs: number;
}

/** `half_open` while the one trial runs. */
type BreakerState = "closed" | "open" | "half_open";

/**
 * Fails fast while something behind it fails anyway, and lets one trial through now and then.
 *
 * Whoever was allowed reports `recordSuccess` or `recordFailure`, or `recordNothing` when the outcome says nothing
 * about the other side, such as a client that left.
 */
export class CircuitBreaker {
  readonly #options: CircuitBreakerOptions;
  /** Since the last success; a trial that fails is one more than enough. */
  #failures = 0;
  #opensAgainAtMs = 0;
  #state: BreakerState = "closed";

  constructor(options: CircuitBreakerOptions) {
    this.#options = options;
  }

  /** Whether a call would be refused now; asking takes no trial. */
  get isOpen(): boolean {
    return this.#state === "open" && performance.now() < this.#opensAgainAtMs;
  }

  /** Whether a call may be made now. */
  allow(): boolean {
    if (this.#state === "closed") return true;
    if (this.#state === "half_open" || performance.now() < this.#opensAgainAtMs) return false;
    this.#state = "half_open";
    return true;
  }

  recordSuccess(): void {
    this.#failures = 0;
    this.#state = "closed";
  }

  recordFailure(): void {
    this.#failures++;
    if (this.#failures < this.#options.failuresMax) return;
    this.#state = "open";
    this.#opensAgainAtMs = performance.now() + this.#options.openMs;
  }

  /** Ends a trial without a verdict; the next caller gets one. */
  recordNothing(): void {
    if (this.#state === "half_open") this.#state = "open";
  }
}
