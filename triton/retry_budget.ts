/** Tokens a full budget holds. */
const TOKENS_MAX = 10;
/** Tokens a success earns; in the long run retries are a tenth of the calls at most. */
const TOKENS_PER_SUCCESS = 0.1;

/**
 * Keeps retries from multiplying the load of a server that is already failing.
 *
 * Source: gRFC A6 (gRPC retry throttling): a failure costs one token, and below half a budget nothing is retried.
 */
export class RetryBudget {
  #tokens = TOKENS_MAX;

  /** Takes a token for a retry; `false` when too few are left. */
  tryTake(): boolean {
    this.#tokens = Math.max(0, this.#tokens - 1);
    return this.#tokens > TOKENS_MAX / 2;
  }

  recordSuccess(): void {
    this.#tokens = Math.min(TOKENS_MAX, this.#tokens + TOKENS_PER_SUCCESS);
  }
}
