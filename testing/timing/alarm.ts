/** A clock that wakes within 0.1 ms, where `setTimeout` comes 0.1 to 2.1 ms late. */
import { type Clock, epochMs } from "./clock.ts";

interface Sleeper {
  readonly dueMs: number;
  readonly wake: () => void;
}

/** Wakes sleepers through a worker that waits on shared memory, in the kernel, with nanosecond timers. */
export class Alarm implements Clock, Disposable {
  readonly #worker = new Worker(new URL("./alarm_worker.ts", import.meta.url), { type: "module" });
  readonly #revision: Int32Array;
  readonly #dueMs: Float64Array;
  /** In order of time. */
  readonly #sleepers: Sleeper[] = [];

  constructor() {
    const memory = new SharedArrayBuffer(16);
    this.#revision = new Int32Array(memory, 0, 1);
    this.#dueMs = new Float64Array(memory, 8, 1);
    this.#dueMs[0] = Infinity;
    this.#worker.onmessage = () => this.#ring();
    this.#worker.postMessage(memory);
  }

  now(): number {
    return epochMs();
  }

  until(timeMs: number): Promise<void> {
    if (timeMs <= epochMs()) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    const later = this.#sleepers.findLastIndex(({ dueMs }) => dueMs <= timeMs) + 1;
    this.#sleepers.splice(later, 0, { dueMs: timeMs, wake: resolve });
    if (later === 0) this.#set();
    return promise;
  }

  [Symbol.dispose](): void {
    this.#worker.terminate();
  }

  #ring(): void {
    const now = epochMs() + 0.05;
    while (this.#sleepers[0] !== undefined && this.#sleepers[0].dueMs <= now) {
      this.#sleepers.shift()?.wake();
    }
    this.#set();
  }

  #set(): void {
    this.#dueMs[0] = this.#sleepers[0]?.dueMs ?? Infinity;
    Atomics.add(this.#revision, 0, 1);
    Atomics.notify(this.#revision, 0);
  }
}
