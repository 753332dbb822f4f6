/** Collects items of many requests into batches: the one place where the gateway batches. */
import type { Deadline } from "../../work/deadline.ts";

/** What a batcher is made of. */
export interface BatcherOptions<Item, Result> {
  /** Items in one batch. */
  readonly batchMax: number;
  /** Milliseconds the oldest item may wait for its batch to fill while nothing else runs. */
  readonly delayMsMax: number;
  /** Batches that run at once. */
  readonly runsMax: number;
  /** Computes a batch; must give one result an item, in order. */
  readonly run: (items: readonly Item[]) => Promise<readonly Result[]>;
}

/** A result and how its time was spent. */
export interface Batched<Result> {
  readonly result: Result;
  /** Milliseconds from `add` until the batch started. */
  readonly queueMs: number;
  /** Milliseconds the batch ran. */
  readonly runMs: number;
  readonly batchSize: number;
}

interface Entry<Item, Result> {
  readonly item: Item;
  readonly deadline: Deadline;
  readonly addedMs: number;
  /** When its batch is to start, full or not: halfway to its deadline at the latest. */
  readonly dueMs: number;
  readonly onAbort: () => void;
  readonly resolve: (result: Batched<Result>) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Runs a batch as soon as it is full, its oldest item has waited long enough, or an item's deadline would not
 * bear more waiting. While a batch runs, the next one collects, so a busy engine batches without any delay.
 *
 * The queue needs no bound of its own: every item holds an input slot.
 */
export class Batcher<Item, Result> implements Disposable {
  readonly #options: BatcherOptions<Item, Result>;
  readonly #queue: Entry<Item, Result>[] = [];
  #running = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isScheduled = false;
  #isClosed = false;

  constructor(options: BatcherOptions<Item, Result>) {
    this.#options = options;
  }

  /** Items waiting for a batch. */
  get queued(): number {
    return this.#queue.length;
  }

  /**
   * Adds an item to the next batch. An item whose deadline passes or whose client leaves while it waits is
   * dropped and never run.
   *
   * @throws The reason of the deadline's signal, or whatever `run` threw for the batch.
   */
  add(item: Item, deadline: Deadline): Promise<Batched<Result>> {
    const { signal } = deadline;
    if (signal.aborted) return Promise.reject(signal.reason);
    if (this.#isClosed) return Promise.reject(closed());
    const { promise, resolve, reject } = Promise.withResolvers<Batched<Result>>();
    const addedMs = performance.now();
    const entry: Entry<Item, Result> = {
      item,
      deadline,
      addedMs,
      dueMs: addedMs + Math.min(this.#options.delayMsMax, deadline.remainingMs / 2),
      onAbort: () => this.#drop(entry),
      resolve,
      reject,
    };
    signal.addEventListener("abort", entry.onAbort);
    this.#queue.push(entry);
    this.#schedule();
    return promise;
  }

  /** Rejects what still waits and all that comes; batches that run are left to finish. */
  [Symbol.dispose](): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    for (const entry of this.#queue.splice(0)) {
      this.#unlink(entry);
      entry.reject(closed());
    }
  }

  #drop(entry: Entry<Item, Result>): void {
    const index = this.#queue.indexOf(entry);
    if (index < 0) return;
    this.#queue.splice(index, 1);
    this.#unlink(entry);
    entry.reject(entry.deadline.signal.reason);
  }

  #unlink(entry: Entry<Item, Result>): void {
    entry.deadline.signal.removeEventListener("abort", entry.onAbort);
  }

  /** Decides in a microtask, so that the images of one request, added in a row, share a batch. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      this.#decide();
    });
  }

  #decide(): void {
    clearTimeout(this.#timer);
    const { batchMax, runsMax } = this.#options;
    this.#dropExpired();
    while (this.#queue.length > 0 && this.#running < runsMax) {
      const waitMs = this.#queue.length >= batchMax ? 0 : this.#waitMs();
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.#decide(), waitMs);
        return;
      }
      this.#run(this.#queue.splice(0, batchMax));
    }
  }

  /** On a busy event loop a deadline's timer runs late, and its item would be computed for nobody. */
  #dropExpired(): void {
    for (const entry of this.#queue.filter(({ deadline }) => deadline.remainingMs === 0)) {
      this.#queue.splice(this.#queue.indexOf(entry), 1);
      this.#unlink(entry);
      try {
        entry.deadline.assertRemainingMs();
      } catch (error) {
        entry.reject(error);
      }
    }
  }

  /** Milliseconds until the first item is due. */
  #waitMs(): number {
    return Math.min(...this.#queue.map(({ dueMs }) => dueMs)) - performance.now();
  }

  #run(batch: Entry<Item, Result>[]): void {
    this.#running++;
    const startedMs = performance.now();
    for (const entry of batch) this.#unlink(entry);
    this.#results(batch).then((results) => {
      const runMs = performance.now() - startedMs;
      batch.forEach((entry, index) =>
        entry.resolve({
          result: results[index] as Result,
          queueMs: startedMs - entry.addedMs,
          runMs,
          batchSize: batch.length,
        })
      );
    }, (error) => batch.forEach((entry) => entry.reject(error))).finally(() => {
      this.#running--;
      this.#decide();
    });
  }

  async #results(batch: Entry<Item, Result>[]): Promise<readonly Result[]> {
    const results = await this.#options.run(batch.map((entry) => entry.item));
    if (results.length !== batch.length) {
      throw new RangeError(
        `Cannot use batch as it must give ${batch.length} results: it gave ${results.length}`,
      );
    }
    return results;
  }
}

function closed(): Error {
  return new Error("Cannot run batch: the batcher is closed");
}
