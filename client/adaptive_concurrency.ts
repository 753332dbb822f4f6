/**
 * How many requests a client keeps in flight, learnt from what line and gateway carry. More is tried while it brings
 * more; less is kept when replies only take longer, or the gateway sends requests away.
 */

/** Bounds of what is learnt. */
export interface ConcurrencyBounds {
  readonly min: number;
  readonly max: number;
}

/** From a laptop on a slow line to a rack beside the gateway. */
export const CONCURRENCY_BOUNDS: ConcurrencyBounds = { min: 1, max: 64 };

const START = 4;
/** How many times the shortest round trip a reply may take before fewer are kept: queues of that length are useful. */
const TOLERANCE = 2;
/** The shortest round trip is learnt anew over this many replies, or a line that got longer would look full. */
const FLOOR_REPLIES = 200;
const DECREASE = 0.7;
/** Of what one window says. */
const SMOOTHING = 0.3;

/**
 * Gradient of round trips, as Netflix's concurrency-limits has it: limit × (shortest × tolerance ÷ now) + √limit, once a
 * window of as many replies as are in flight. √limit is what is always tried on top.
 */
export class AdaptiveConcurrency {
  readonly #bounds: ConcurrencyBounds;
  #limit: number;
  #floorMs = Infinity;
  #floorReplies = 0;
  #nextFloorMs = Infinity;
  #sumMs = 0;
  #replies = 0;
  /** Refusals of one window count once: they were sent before it was known. */
  #isRefused = false;

  constructor(bounds: Partial<ConcurrencyBounds> = {}) {
    this.#bounds = { ...CONCURRENCY_BOUNDS, ...bounds };
    this.#limit = Math.min(this.#bounds.max, Math.max(this.#bounds.min, START));
  }

  /** Requests that may be in flight. */
  get current(): number {
    return Math.max(1, Math.floor(this.#limit));
  }

  /** Takes note of a reply and its round trip. */
  replied(ms: number): void {
    this.#noteFloor(ms);
    this.#sumMs += ms;
    this.#replies++;
    if (this.#replies < this.current) return;
    const average = this.#sumMs / this.#replies;
    const gradient = Math.min(1, Math.max(0.5, (this.#floorMs * TOLERANCE) / average));
    const wanted = this.#limit * gradient + Math.sqrt(this.#limit);
    if (!this.#isRefused) this.#set(this.#limit + (wanted - this.#limit) * SMOOTHING);
    this.#startWindow();
  }

  /** Takes note that the gateway has no room. */
  refused(): void {
    if (this.#isRefused) return;
    this.#set(this.#limit * DECREASE);
    this.#startWindow();
    this.#isRefused = true;
  }

  #startWindow(): void {
    [this.#sumMs, this.#replies, this.#isRefused] = [0, 0, false];
  }

  #noteFloor(ms: number): void {
    this.#floorMs = Math.min(this.#floorMs, ms);
    this.#nextFloorMs = Math.min(this.#nextFloorMs, ms);
    if (++this.#floorReplies < FLOOR_REPLIES) return;
    [this.#floorMs, this.#nextFloorMs, this.#floorReplies] = [this.#nextFloorMs, Infinity, 0];
  }

  #set(limit: number): void {
    this.#limit = Math.min(this.#bounds.max, Math.max(this.#bounds.min, limit));
  }
}
