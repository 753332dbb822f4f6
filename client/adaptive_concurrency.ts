/**
 * How many requests a client keeps in flight, learnt from how long replies take: as many as keep three waiting, on the
 * line or at the gateway, besides those that are on their way or in work (TCP Vegas: Brakmo and Peterson, "TCP Vegas: end
 * to end congestion avoidance on a global internet", 1995). Three that wait fill any line; and as each client has as many
 * waiting as any other, their parts of a line that answers in turn are equal.
 */

/** Bounds of what is learnt. */
export interface ConcurrencyBounds {
  readonly min: number;
  readonly max: number;
}

/** From a laptop on a slow line to a rack beside the gateway. */
const CONCURRENCY_BOUNDS: ConcurrencyBounds = { min: 1, max: 64 };

const START = 4;
/** Requests of this client that should wait. */
const WAITING = 3;
/** Round trips are that late on a busy machine, and nothing waits. */
const SLACK_MS = 5;
/** Of what is missing, or too much, a part at once; one request more at most, and half of them less. */
const GAIN = 0.5;
const INCREASE_MAX = 1;
const DECREASE_PART_MAX = 0.5;
/** Behind such a step requests that were sent before it say nothing of what is now. */
const LARGE_STEP_PART = 0.25;
/** Replies of a window at least: photos differ, and a few of them say little. */
const WINDOW_REPLIES_MIN = 6;
/** Of a window that takes as long as this: fewer, or large photos would teach nothing for half a minute. */
const LONG_WINDOW_REPLIES_MIN = 3;
const WINDOW_MS_MIN = 1000;
/** Of the gateway's own refusals, which come early. */
const REFUSED_DECREASE = 0.7;
/** At first and every so often a part is kept for a window, in which little waits: else waiting would be taken for the way. */
const PROBE_EVERY_MS = 3000;
const PROBE_PART = 1 / 3;

/** Learns from the replies of one client. */
export class AdaptiveConcurrency {
  readonly #bounds: ConcurrencyBounds;
  #limit: number;
  /** Doubles, until enough wait for the first time. */
  #isStarting = true;
  /** Shortest average round trips: of this period, and of the one before. */
  #floorMs = Infinity;
  #lastFloorMs = Infinity;
  #isProbing = true;
  #probedMs = 0;
  /** Requests that were sent before then were among others, and say nothing of the limit as it is. */
  #sinceMs = -Infinity;
  #windowStartMs: number | undefined;
  #sumMs = 0;
  #replies = 0;
  #isRefused = false;

  constructor(bounds: Partial<ConcurrencyBounds> = {}) {
    this.#bounds = { ...CONCURRENCY_BOUNDS, ...bounds };
    this.#limit = this.#bounded(START);
  }

  /** Requests that may be in flight. */
  get current(): number {
    return this.#isProbing
      ? Math.floor(this.#bounded(this.#limit * PROBE_PART))
      : Math.round(this.#limit);
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
      [this.#isProbing, this.#probedMs, this.#sinceMs] = [false, nowMs, nowMs];
      return;
    }
    if (!this.#isRefused) this.#adjust(averageMs, nowMs);
    if (nowMs - this.#probedMs < PROBE_EVERY_MS) return;
    this.#isProbing = true;
    this.#sinceMs = nowMs;
  }

  #adjust(averageMs: number, nowMs: number): void {
    const before = this.#limit;
    const floorMs = Math.min(this.#floorMs, this.#lastFloorMs) + SLACK_MS;
    const waiting = before * Math.max(0, 1 - floorMs / averageMs);
    this.#isStarting &&= waiting < WAITING;
    const step = Math.max(-DECREASE_PART_MAX * before, GAIN * (WAITING - waiting));
    this.#limit = this.#bounded(
      this.#isStarting ? before * 2 : before + Math.min(INCREASE_MAX, step),
    );
    if (Math.abs(this.#limit - before) > LARGE_STEP_PART * before) this.#sinceMs = nowMs;
  }

  #bounded(limit: number): number {
    return Math.min(this.#bounds.max, Math.max(1, this.#bounds.min, limit));
  }
}
