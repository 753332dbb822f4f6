/** Time that jumps to the next sleeper whenever everybody sleeps. */
import type { Clock } from "./clock.ts";

/** Starts at 0; nothing happens before `run()`. */
export class JumpingClock implements Clock {
  #now = 0;
  readonly #sleepers: { readonly timeMs: number; readonly wake: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  until(timeMs: number): Promise<void> {
    if (timeMs <= this.#now) return Promise.resolve();
    return new Promise((wake) => {
      this.#sleepers.push({ timeMs, wake });
      this.#sleepers.sort((a, b) => a.timeMs - b.timeMs);
    });
  }

  /** Runs until a promise settles. */
  async run<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    promise.finally(() => isSettled = true);
    while (!isSettled) {
      // Everything that does not wait for time happens between two macrotasks.
      await new Promise((resolve) => setTimeout(resolve, 0));
      const next = this.#sleepers.shift();
      if (isSettled || next === undefined) continue;
      this.#now = next.timeMs;
      next.wake();
    }
    return await promise;
  }
}
