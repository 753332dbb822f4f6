/** Jobs that wait for a worker, and which of them is next. */

/** What a job needs beside a worker; disposing gives it back. */
type TakeForJob<Job> = (job: Job) => Disposable | undefined;

/** How a queue chooses. */
export interface JobQueueOptions<Job> {
  /** Gives what a job needs; one that does not get it waits on, and those behind it pass. Nothing unless given. */
  readonly take?: TakeForJob<Job> | undefined;
  /**
   * Milliseconds of waiting from which on the newest job is next: the oldest ones would be late in any case, and all
   * behind them with them. Never unless given.
   */
  readonly newestFirstAfterMs?: number | undefined;
  /** Milliseconds that a job takes a worker, as far as that is known; 0 unless given. */
  readonly costMs?: ((job: Job) => number) | undefined;
  /** Such milliseconds that may wait, in sum; one job may always. No limit unless given. */
  readonly queueMsMax?: number | undefined;
}

/** What stands in a queue. */
export interface WaitingJob<Job> {
  readonly job: Job;
  /** When it came, as `performance.now()` tells it. */
  readonly since: number;
}

const NOTHING: Disposable = { [Symbol.dispose]: () => {} };

/** In order of arrival, as long as that is of use. */
export class JobQueue<Job, Entry extends WaitingJob<Job>> {
  readonly #options: JobQueueOptions<Job>;
  readonly #entries: Entry[] = [];

  constructor(options: JobQueueOptions<Job>) {
    this.#options = options;
  }

  get length(): number {
    return this.#entries.length;
  }

  /** Whether another job may wait, by what those that wait will take. */
  hasTimeFor(job: Job): boolean {
    const { costMs = () => 0, queueMsMax = Infinity } = this.#options;
    if (this.#entries.length === 0) return true;
    const waiting = this.#entries.reduce((sum, entry) => sum + costMs(entry.job), 0);
    return waiting + costMs(job) <= queueMsMax;
  }

  add(entry: Entry): void {
    this.#entries.push(entry);
  }

  /** Whether it was there. */
  remove(entry: Entry): boolean {
    const index = this.#entries.indexOf(entry);
    if (index >= 0) this.#entries.splice(index, 1);
    return index >= 0;
  }

  /** Takes the next job that gets what it needs, with that; `undefined` where there is none. */
  next(): { readonly entry: Entry; readonly held: Disposable } | undefined {
    const { take = () => NOTHING, newestFirstAfterMs = Infinity } = this.#options;
    const oldest = this.#entries[0];
    if (oldest === undefined) return undefined;
    const isLate = performance.now() - oldest.since > newestFirstAfterMs;
    for (let turn = 0; turn < this.#entries.length; turn++) {
      const index = isLate ? this.#entries.length - 1 - turn : turn;
      const entry = this.#entries[index] as Entry;
      const held = take(entry.job);
      if (held === undefined) continue;
      this.#entries.splice(index, 1);
      return { entry, held };
    }
    return undefined;
  }

  /** Takes all of them out. */
  clear(): Entry[] {
    return this.#entries.splice(0);
  }
}
