/**
 * How many requests a client keeps in flight, learnt from how long replies take: more and more, until one takes twice as
 * long as where none waits, then half as many. Where each has its part of a line or a gateway, all of them see the same
 * waiting, and adding and halving make their parts equal (Chiu and Jain, "Analysis of the increase and decrease
 * algorithms for congestion avoidance", 1989). Half of what fills a line twice still fills it.
 */

/** Bounds of what is learnt. */
export interface ConcurrencyBounds {
  readonly min: number;
  readonly max: number;
  /**
   * Takes more until the gateway has no room, however long replies take: for a gateway of one's own, which nobody else
   * waits for. Absent, others get their part.
   */
  readonly untilRefused?: boolean;
}

/** From a laptop on a slow line to a rack beside the gateway. */
const CONCURRENCY_BOUNDS: ConcurrencyBounds = { min: 1, max: 64 };

const START = 4;
/** Replies of a window at least: photos differ, and a few of them say little. */
const WINDOW_REPLIES_MIN = 8;
/** Of a window that takes as long as this: fewer, or large photos would teach nothing for half a minute. */
const LONG_WINDOW_REPLIES_MIN = 3;
const WINDOW_MS_MIN = 1000;
/** Times the shortest round trip; with a little on top, as a busy machine is that late now and then. */
const SLOW_FACTOR = 2;
const SLOW_MS = 15;
const DECREASE = 0.6;
/** Of the gateway's own refusals, which come early. */
const REFUSED_DECREASE = 0.7;
/** At first and every so often a part is kept for a window, in which little waits: else waiting would be taken for the way. */
const PROBE_EVERY_MS = 2000;
const PROBE_PART = 1 / 3;
/** Where only refusals say that there are too many: each costs its request the seconds that it is asked to wait. */
const GROW_EVERY_MS = 10_000;

/** Learns from the replies of one client. */
export class AdaptiveConcurrency {
  readonly #bounds: ConcurrencyBounds;
  #limit: number;
  /** Doubles, until something is slow for the first time. */
  #isStarting = true;
  /** Shortest average round trips: of this period, and of the one before. */
  #floorMs = Infinity;
  #lastFloorMs = Infinity;
  #isProbing = true;
  #probedMs = 0;
  #grownMs = 0;
  /** Requests that were sent before then were among others, and say nothing of the limit as it is. */
  #sinceMs = -Infinity;
  #windowStartMs: number | undefined;
  #sumMs = 0;
  #replies = 0;
  #isRefused = false;

  constructor(bounds: Partial<ConcurrencyBounds> = {}) {
    this.#bounds = { ...CONCURRENCY_BOUNDS, ...bounds };
    this.#isProbing = this.#bounds.untilRefused !== true;
    this.#limit = this.#bounded(START);
  }

  /** Requests that may be in flight. */
  get current(): number {
    return Math.floor(this.#bounded(this.#isProbing ? this.#limit * PROBE_PART : this.#limit));
  }

  /** Takes note of a reply, its round trip and when it came. */
  replied(ms: number, nowMs: number = performance.now()): void {
    if (nowMs - ms < this.#sinceMs) return;
    this.#sumMs += ms;
    this.#replies++;
    this.#windowStartMs ??= nowMs - ms;
    const isLong = this.#isProbing || nowMs - this.#windowStartMs >= WINDOW_MS_MIN;
    const enough = isLong ? LONG_WINDOW_REPLIES_MIN : WINDOW_REPLIES_MIN;
    if (this.#replies < Math.max(enough, this.current)) return;
    this.#learn(this.#sumMs / this.#replies, nowMs);
    [this.#sumMs, this.#replies, this.#isRefused] = [0, 0, false];
    this.#windowStartMs = nowMs;
  }

  /** Takes note that the gateway has no room: once for what was in flight then. */
  refused(): void {
    if (this.#isRefused) return;
    this.#limit = this.#bounded(this.#limit * REFUSED_DECREASE);
    [this.#isRefused, this.#isStarting] = [true, false];
  }

  #learn(averageMs: number, nowMs: number): void {
    this.#floorMs = Math.min(this.#floorMs, averageMs);
    if (this.#isProbing) {
      [this.#lastFloorMs, this.#floorMs] = [this.#floorMs, Infinity];
      [this.#isProbing, this.#probedMs] = [false, nowMs];
      return;
    }
    if (this.#bounds.untilRefused) return this.#grow(nowMs);
    if (!this.#isRefused) this.#adjust(averageMs, nowMs);
    if (nowMs - this.#probedMs < PROBE_EVERY_MS) return;
    this.#isProbing = true;
    this.#sinceMs = nowMs;
  }

  /** Twice as many until there is no room for the first time, then one more every so often. */
  #grow(nowMs: number): void {
    if (this.#isRefused) this.#grownMs = nowMs;
    else if (this.#isStarting) this.#limit = this.#bounded(this.#limit * 2);
    else if (nowMs - this.#grownMs >= GROW_EVERY_MS) {
      this.#limit = this.#bounded(this.#limit + 1);
      this.#grownMs = nowMs;
    }
  }

  #adjust(averageMs: number, nowMs: number): void {
    const floorMs = Math.min(this.#floorMs, this.#lastFloorMs);
    if (averageMs <= floorMs * SLOW_FACTOR + SLOW_MS) {
      this.#limit = this.#bounded(this.#isStarting ? this.#limit * 2 : this.#limit + 1);
      return;
    }
    this.#limit = this.#bounded(this.#limit * DECREASE);
    this.#isStarting = false;
    this.#sinceMs = nowMs;
  }

  #bounded(limit: number): number {
    return Math.min(this.#bounds.max, Math.max(1, this.#bounds.min, limit));
  }
}
