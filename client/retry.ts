/** Another attempt, where that may help and does not make an overload worse. */
import { EmbeddingError } from "./embedding_error.ts";

/** How often and how long. */
export interface RetryLimits {
  /** Attempts of one request, the first included. */
  readonly attemptsMax: number;
  /** Wait before the second attempt, doubled with each; a random part of it is left out. */
  readonly baseMs: number;
  readonly waitMsMax: number;
  /** Of all attempts, the part that may be repetitions, once the first few are spent; from 1 on, any. */
  readonly share: number;
  /** Whether an attempt for which the gateway has no room (429) is none: who has all night comes again until there is. */
  readonly waitsForRoom?: boolean;
}

/** Sane for a person's photos: a gateway that restarts is waited for, and a dead one not for ever. */
export const RETRY_LIMITS: RetryLimits = {
  attemptsMax: 6,
  baseMs: 250,
  waitMsMax: 20_000,
  share: 0.2,
};

/** Repetitions that are always allowed, so that short runs have some. */
const TOKENS_START = 10;
const TOKENS_MAX = 100;

const NO_ROOM = 429;

/** Waits; throws the signal's reason. */
export type Pause = (ms: number, signal: AbortSignal | undefined) => Promise<void>;

/** What of a request's attempts is told. */
export interface RetryOrder {
  readonly signal?: AbortSignal | undefined;
  readonly onRetry?: ((error: EmbeddingError, waitMs: number) => void) | undefined;
  /** Whether the same may be sent again behind so many attempts; always, as far as the limits go, unless given. */
  readonly repeats?: (error: EmbeddingError, attempts: number) => boolean;
}

/**
 * Repeats requests of one client: those that another attempt may help, after the wait that the gateway asks for or one
 * with jitter (Brooker, "Exponential backoff and jitter", 2015), and no more than a share of all (a retry budget).
 */
export class Retry {
  readonly #limits: RetryLimits;
  readonly #pause: Pause;
  #tokens = TOKENS_START;

  constructor(limits: Partial<RetryLimits> = {}, wait: Pause = pause) {
    this.#limits = { ...RETRY_LIMITS, ...limits };
    this.#pause = wait;
  }

  /** @throws {EmbeddingError} that of the last attempt, or the signal's reason. */
  async run<Result>(attempt: () => Promise<Result>, order: RetryOrder = {}): Promise<Result> {
    const { attemptsMax, share, waitsForRoom = false } = this.#limits;
    for (let [count, sent] = [1, 1];; count++, sent++) {
      try {
        const result = await attempt();
        this.#tokens = Math.min(TOKENS_MAX, this.#tokens + share);
        return result;
      } catch (error) {
        if (!(error instanceof EmbeddingError) || !error.isRetryable) throw error;
        if (order.repeats?.(error, sent) === false) throw error;
        // What the gateway sends away itself costs it next to nothing.
        const isAsked = error.retryAfterMs !== undefined || share >= 1;
        const isNone = waitsForRoom && error.status === NO_ROOM;
        if (!isNone && count >= attemptsMax || !isAsked && this.#tokens < 1) throw error;
        if (!isAsked) this.#tokens--;
        const waitMs = this.#waitMs(error, count);
        if (isNone) count--;
        order.onRetry?.(error, waitMs);
        await this.#pause(waitMs, order.signal);
      }
    }
  }

  #waitMs({ retryAfterMs }: EmbeddingError, count: number): number {
    const { baseMs, waitMsMax } = this.#limits;
    const ceiling = Math.min(waitMsMax, baseMs * 2 ** (count - 1));
    const asked = Math.min(retryAfterMs ?? 0, waitMsMax);
    // Behind what was asked for, or everybody would come at once.
    return asked + Math.random() * ceiling;
  }
}

/** Waits; throws the signal's reason. */
export async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  // Node 20 has no Promise.withResolvers().
  let onAbort = () => {};
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      onAbort = () => reject(signal?.reason);
      timer = setTimeout(resolve, ms);
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  }
}
