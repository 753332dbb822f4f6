/**
 * How much may be in work at once, learnt from how long it takes: additive increase while there is demand and replies
 * are in time, multiplicative decrease when they are late (AIMD, as TCP's congestion control and Netflix's
 * concurrency-limits have it).
 */

/** How much may be in work. */
export interface WorkLimit {
  /** Requests that may be. */
  readonly current: number;
  /** Whether `working` requests are as many as may be. */
  isReached(working: number): boolean;
  /** Whether they are so many times as many. */
  isPassed(working: number, headroom: number): boolean;
  /** Takes note of a request that took so long. */
  sample(latencyMs: number): void;
}

/** What the limit may be, and what it aims at. */
export interface ConcurrencyLimitOptions {
  /** Even late, this much is in work: enough to keep every core and a batch busy. */
  readonly min: number;
  readonly max: number;
  /** Milliseconds from a request's last byte to its reply that are in time, on average. */
  readonly latencyMsMax: number;
}

/** Where it begins: more than cores need, less than makes anybody late before there was anything to learn from. */
const START = 64;
/** A window ends after both: fewer samples are chance, and less time is one burst. */
const WINDOW = { samples: 10, ms: 100 };
/** One late window lowers the limit by this at most: the next one shows what it was good for. */
const DECREASE_MAX = 0.5;
const DECREASE_MIN = 0.95;

/** Learns from one isolate's requests. */
export class ConcurrencyLimit implements WorkLimit {
  readonly #options: ConcurrencyLimitOptions;
  #limit: number;
  #samples = 0;
  #sumMs = 0;
  #windowStartMs = performance.now();
  #wasReached = false;

  constructor(options: ConcurrencyLimitOptions) {
    this.#options = options;
    this.#limit = Math.min(START, options.max);
  }

  /** Requests that may be in work. */
  get current(): number {
    return Math.floor(this.#limit);
  }

  isPassed(working: number, headroom: number): boolean {
    return working >= this.current * headroom;
  }

  /** Whether `working` requests are as many as may be; seen while demand is refused, which lets the limit grow. */
  isReached(working: number): boolean {
    if (working < this.current) return false;
    this.#wasReached = true;
    return true;
  }

  /** Takes note that demand was refused, though less may be in work than the limit has. */
  reach(): void {
    this.#wasReached = true;
  }

  /** Takes note of a request that took so long. */
  sample(latencyMs: number): void {
    this.#samples++;
    this.#sumMs += latencyMs;
    const now = performance.now();
    if (this.#samples < WINDOW.samples || now - this.#windowStartMs < WINDOW.ms) return;
    this.#adapt(this.#sumMs / this.#samples);
    this.#samples = 0;
    this.#sumMs = 0;
    this.#wasReached = false;
    this.#windowStartMs = now;
  }

  #adapt(meanMs: number): void {
    const { min, max, latencyMsMax } = this.#options;
    if (meanMs > latencyMsMax) {
      const factor = Math.min(DECREASE_MIN, Math.max(DECREASE_MAX, latencyMsMax / meanMs));
      this.#limit = Math.max(Math.min(min, max), this.#limit * factor);
    } else if (this.#wasReached) {
      this.#limit = Math.min(max, this.#limit + Math.sqrt(this.#limit));
    }
  }
}
