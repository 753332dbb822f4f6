/**
 * Lets go of what waits at a bounded rate. A client that asks again at once, whatever `Retry-After` says, is held back by
 * its own connection: what it costs is then bounded however much is asked, and what is left serves photos.
 */

/** How fast, of one isolate. */
export interface Pace {
  /** Turns a second. */
  readonly perSecond: number;
  /** Turns that are given at once after a while without any. */
  readonly burst: number;
  /** Milliseconds that nobody is held longer. */
  readonly heldMsMax: number;
  /**
   * Whether the newest is first: who comes once is then served before those who come again and again, and are old by the
   * time they get their turn. Else all wait the same.
   */
  readonly isNewestFirst?: boolean;
}

/** Held at once; one more lets the oldest out. Their connections are open either way, at 15 KB each and more. */
const HELD_MAX = 4096;
const TICK_MS = 10;

interface Held {
  readonly sinceMs: number;
  readonly release: () => void;
}

/** Paces one kind of thing in one isolate. */
export class Pacer implements Disposable {
  readonly #pace: Pace;
  #held: Held[] = [];
  #credit: number;
  #creditMs = performance.now();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(pace: Pace) {
    this.#pace = pace;
    this.#credit = pace.burst;
  }

  /** Resolves when it is time; `undefined` if it is at once. */
  turn(): Promise<void> | undefined {
    const now = performance.now();
    this.#earn(now);
    if (this.#held.length === 0 && this.#credit >= 1) {
      this.#credit--;
      return undefined;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held.push({ sinceMs: now, release: resolve });
    if (this.#held.length > HELD_MAX) this.#releaseOldest(1);
    this.#timer ??= setTimeout(this.#onTick, TICK_MS);
    return promise;
  }

  /** Lets everybody out. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#releaseOldest(this.#held.length);
  }

  readonly #onTick = (): void => {
    const now = performance.now();
    this.#earn(now);
    const due = this.#held.findIndex(({ sinceMs }) => now - sinceMs < this.#pace.heldMsMax);
    const late = due < 0 ? this.#held.length : due;
    const inTime = Math.max(0, Math.min(this.#held.length, Math.floor(this.#credit)) - late);
    this.#credit = Math.max(0, this.#credit - late - inTime);
    this.#releaseOldest(late);
    if (this.#pace.isNewestFirst) this.#releaseNewest(inTime);
    else this.#releaseOldest(inTime);
    this.#timer = this.#held.length === 0 ? undefined : setTimeout(this.#onTick, TICK_MS);
  };

  #earn(now: number): void {
    const { perSecond, burst } = this.#pace;
    const earned = Math.max(0, now - this.#creditMs) / 1000 * perSecond;
    this.#credit = Math.min(burst, this.#credit + earned);
    this.#creditMs = now;
  }

  #releaseOldest(count: number): void {
    for (const { release } of this.#held.splice(0, count)) release();
  }

  #releaseNewest(count: number): void {
    for (const { release } of this.#held.splice(this.#held.length - count)) release();
  }
}
