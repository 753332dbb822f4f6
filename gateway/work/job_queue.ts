/** Jobs that wait for a worker, and which of them is next. */
import { FairOrder } from "./fair_order.ts";

/** What a job needs beside a worker; disposing gives it back. */
type TakeForJob<Job> = (job: Job) => Disposable | undefined;

/** How a queue chooses. */
export interface JobQueueOptions<Job> {
  /** Gives what a job needs; one that does not get it waits on, and those behind it pass. Nothing unless given. */
  readonly take?: TakeForJob<Job> | undefined;
  /**
   * Milliseconds of waiting from which on a client's newest job is its next: the oldest ones would be late in any case,
   * and all behind them with them. Never unless given.
   */
  readonly newestFirstAfterMs?: number | undefined;
  /** Who asked for a job: clients get an equal part of the workers' time. All are one unless given. */
  readonly clientOf?: ((job: Job) => string) | undefined;
  /** Milliseconds that a job takes a worker, as far as that is known; all the same unless given. */
  readonly costMs?: ((job: Job) => number) | undefined;
  /** Such milliseconds that may wait, in sum over all clients; one job of each may always. No limit unless given. */
  readonly queueMsMax?: number | undefined;
}

/** What stands in a queue. */
export interface WaitingJob<Job> {
  readonly job: Job;
  /** When it came, as `performance.now()` tells it. */
  readonly since: number;
}

const NOTHING: Disposable = { [Symbol.dispose]: () => {} };

/** Fair to clients, and for each of them in order of arrival, as long as that is of use. */
export class JobQueue<Job, Entry extends WaitingJob<Job>> {
  readonly #options: JobQueueOptions<Job>;
  readonly #order = new FairOrder<Entry>();

  constructor(options: JobQueueOptions<Job>) {
    this.#options = options;
  }

  get length(): number {
    return this.#order.length;
  }

  /** Whether another job may wait: each client that has any may have an equal part of the time. */
  hasTimeFor(job: Job): boolean {
    const { queueMsMax = Infinity } = this.#options;
    const { waitingMs, clients } = this.#order.backlog(this.#clientOf(job));
    return waitingMs === 0 || (waitingMs + this.#costMs(job)) * clients <= queueMsMax;
  }

  add(entry: Entry): void {
    this.#order.add(this.#clientOf(entry.job), entry, this.#costMs(entry.job));
  }

  /** Whether it was there. */
  remove(entry: Entry): boolean {
    return this.#order.remove(this.#clientOf(entry.job), entry, this.#costMs(entry.job));
  }

  /**
   * Takes the next job that gets what it needs, with that; `undefined` where there is none.
   *
   * @param mayRun Whether there is a worker for it.
   */
  next(
    mayRun: (job: Job) => boolean = () => true,
  ): { readonly entry: Entry; readonly held: Disposable } | undefined {
    const { take = () => NOTHING } = this.#options;
    for (const line of this.#order.inOrder()) {
      for (const entry of this.#inTurn(line.entries)) {
        if (!mayRun(entry.job)) continue;
        const held = take(entry.job);
        if (held === undefined) continue;
        this.#order.serve(line, entry, this.#costMs(entry.job));
        return { entry, held };
      }
    }
    return undefined;
  }

  /** Whether a job waits that there would be a worker for. */
  hasAny(mayRun: (job: Job) => boolean): boolean {
    return [...this.#order.inOrder()].some(({ entries }) => entries.some(({ job }) => mayRun(job)));
  }

  /** Jobs of some kind. */
  count(isCounted: (job: Job) => boolean): number {
    let count = 0;
    for (const { entries } of this.#order.inOrder()) {
      for (const { job } of entries) if (isCounted(job)) count++;
    }
    return count;
  }

  /** Takes all of them out. */
  clear(): Entry[] {
    return this.#order.clear();
  }

  #inTurn(entries: readonly Entry[]): readonly Entry[] {
    const { newestFirstAfterMs = Infinity } = this.#options;
    const [oldest] = entries;
    const isLate = oldest !== undefined && performance.now() - oldest.since > newestFirstAfterMs;
    return isLate ? entries.toReversed() : entries;
  }

  #clientOf(job: Job): string {
    return this.#options.clientOf?.(job) ?? "";
  }

  #costMs(job: Job): number {
    return this.#options.costMs?.(job) ?? 1;
  }
}
