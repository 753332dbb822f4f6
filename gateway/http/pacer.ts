/**
 * Lets refusals out at a bounded rate. A client that asks again at once, whatever `Retry-After` says, is held back by
 * its own connection: what refusing costs is then bounded however much is asked, and what is left serves photos.
 */

/** Refusals a second of one isolate: at 0.2 ms each, with bodies of 80 KB to be read, a twentieth of its thread. */
const RATE_PER_SECOND = 250;
/** Refusals that go out at once after a while without any. */
const BURST = 100;
/** Refusals held at once; one more lets the oldest out. Their connections are open either way, at 15 KB each and more. */
const HELD_MAX = 4096;
/** No reply is held longer, in milliseconds: what `Retry-After` asks for on average. */
const HELD_MS_MAX = 2000;
const TICK_MS = 10;

interface HeldRefusal {
  readonly sinceMs: number;
  readonly release: () => void;
}

/** Paces the refusals of one isolate. */
export class RefusalPacer implements Disposable {
  #held: HeldRefusal[] = [];
  #credit = BURST;
  #creditMs = performance.now();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Resolves when a refusal may go out; `undefined` if it may at once. */
  turn(): Promise<void> | undefined {
    const now = performance.now();
    this.#earn(now);
    if (this.#held.length === 0 && this.#credit >= 1) {
      this.#credit--;
      return undefined;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held.push({ sinceMs: now, release: resolve });
    if (this.#held.length > HELD_MAX) this.#release(1);
    this.#timer ??= setTimeout(this.#onTick, TICK_MS);
    return promise;
  }

  /** Lets everybody out. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#release(this.#held.length);
  }

  readonly #onTick = (): void => {
    const now = performance.now();
    this.#earn(now);
    const due = this.#held.findIndex(({ sinceMs }) => now - sinceMs < HELD_MS_MAX);
    const late = due < 0 ? this.#held.length : due;
    const count = Math.min(this.#held.length, Math.max(late, Math.floor(this.#credit)));
    this.#credit = Math.max(0, this.#credit - count);
    this.#release(count);
    this.#timer = this.#held.length === 0 ? undefined : setTimeout(this.#onTick, TICK_MS);
  };

  #earn(now: number): void {
    const earned = (now - this.#creditMs) / 1000 * RATE_PER_SECOND;
    this.#credit = Math.min(BURST, this.#credit + earned);
    this.#creditMs = now;
  }

  #release(count: number): void {
    for (const { release } of this.#held.splice(0, count)) release();
  }
}
