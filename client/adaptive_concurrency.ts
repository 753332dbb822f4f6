/**
 * How many requests a client keeps in flight, learnt from what line and gateway carry: as many as come back in the time
 * that one takes where none waits, and half as many again (the bandwidth-delay product, as TCP BBR has it: Cardwell et
 * al., "BBR: congestion-based congestion control", 2016). More would wait somewhere, and find nothing faster.
 */

/** Bounds of what is learnt. */
export interface ConcurrencyBounds {
  readonly min: number;
  readonly max: number;
}

/** From a laptop on a slow line to a rack beside the gateway. */
const CONCURRENCY_BOUNDS: ConcurrencyBounds = { min: 1, max: 64 };

const START = 4;
/** Replies of a window at least: photos differ, and a few of them say little. */
const WINDOW_REPLIES_MIN = 10;
/** Times the product; with a little on top, as half of one is nothing. */
const GAIN = 1.5;
const HEADROOM = 1;
/** Windows whose fastest counts: what else is on the line comes and goes. */
const RATE_WINDOWS = 10;
/** Every so many windows a part is kept for one, in which nothing waits: else waiting would be taken for the way. */
const PROBE_WINDOWS = 20;
const PROBE_PART = 1 / 3;
const DECREASE = 0.7;

/** Learns from the replies of one client. */
export class AdaptiveConcurrency {
  readonly #bounds: ConcurrencyBounds;
  #limit: number;
  /** Replies a millisecond, of the last windows. */
  readonly #rates: number[] = [];
  /** Shortest average round trips: of this period, and of the one before. */
  #floorMs = Infinity;
  #lastFloorMs = Infinity;
  #windows = 0;
  #windowStartMs: number | undefined;
  #sumMs = 0;
  #replies = 0;
  /** What the gateway has shown to be too many; one more is tried in every window. */
  #cap = Infinity;
  #isRefused = false;

  constructor(bounds: Partial<ConcurrencyBounds> = {}) {
    this.#bounds = { ...CONCURRENCY_BOUNDS, ...bounds };
    this.#limit = this.#bounded(START);
  }

  /** Requests that may be in flight. */
  get current(): number {
    const isProbing = this.#windows % PROBE_WINDOWS === PROBE_WINDOWS - 1;
    return Math.floor(this.#bounded(isProbing ? this.#limit * PROBE_PART : this.#limit));
  }

  /** Takes note of a reply, its round trip and when it came. */
  replied(ms: number, nowMs: number = performance.now()): void {
    this.#windowStartMs ??= nowMs - ms;
    this.#sumMs += ms;
    this.#replies++;
    if (this.#replies < Math.max(WINDOW_REPLIES_MIN, this.current)) return;
    this.#learn(nowMs - this.#windowStartMs);
    this.#startWindow(nowMs);
  }

  /** Takes note that the gateway has no room: once for what was in flight then. */
  refused(): void {
    if (this.#isRefused) return;
    this.#limit = this.#cap = this.#bounded(this.#limit * DECREASE);
    this.#isRefused = true;
  }

  #learn(elapsedMs: number): void {
    const averageMs = this.#sumMs / this.#replies;
    this.#floorMs = Math.min(this.#floorMs, averageMs);
    if (elapsedMs > 0) this.#rates.push(this.#replies / elapsedMs);
    if (this.#rates.length > RATE_WINDOWS) this.#rates.shift();
    this.#windows++;
    if (this.#windows % PROBE_WINDOWS === 0) {
      [this.#lastFloorMs, this.#floorMs] = [this.#floorMs, Infinity];
    }
    if (this.#isRefused) return;
    this.#cap++;
    const inTransit = Math.max(...this.#rates) * Math.min(this.#floorMs, this.#lastFloorMs);
    this.#limit = this.#bounded(Math.min(this.#cap, inTransit * GAIN + HEADROOM));
  }

  #startWindow(nowMs: number): void {
    [this.#sumMs, this.#replies, this.#isRefused] = [0, 0, false];
    this.#windowStartMs = nowMs;
  }

  #bounded(limit: number): number {
    return Math.min(this.#bounds.max, Math.max(1, this.#bounds.min, limit));
  }
}
