/**
 * A fixed pool of workers with a bounded queue, a time limit a job and replacement of workers that die or hang. No more
 * workers exist than it has: one that is late in a native call is waited for, since nothing can end that.
 */
import type { ErrorCode } from "../contract/catalogue.ts";
import { GatewayError, overloaded } from "../contract/errors.ts";
import { JobQueue, type JobQueueOptions } from "./job_queue.ts";
import { LateJob } from "./late_job.ts";
import { fromPlainError } from "./plain_error.ts";
import {
  type LaneOptions,
  type PoolWorker,
  PoolWorkers,
  type QueuedJob,
  type RunningJob,
} from "./pool_worker.ts";
import { WORKER_PERMISSIONS } from "./worker_permissions.ts";
import type { WorkerReply } from "./worker_protocol.ts";
import { WorkerState } from "./worker_state.ts";

/** What a pool is made of. */
export interface WorkerPoolOptions<Settings, Job, About = never>
  extends JobQueueOptions<Job>, LaneOptions<Job> {
  readonly workerUrl: URL;
  /** Sent to every worker before its first job. */
  readonly settings: Settings;
  /** Jobs that may wait; one more is refused. */
  readonly queueMax: number;
  /**
   * Wall-clock milliseconds from when a worker has a job until the job is answered as late. As long again, and the worker
   * is replaced, unless it is in a native call: then it is waited for.
   */
  readonly jobMsMax: number;
  /** What a job does, for error messages: "Cannot ACTION …". */
  readonly action: string;
  /** Error of a job that took too long. */
  readonly tooLong: ErrorCode;
  /** Whether workers start with the first job instead of at once; no unless given. */
  readonly startsWithFirstJob?: boolean;
  /** Called whenever a worker can take jobs, with what it says about itself. */
  readonly onReady?: (about: About | undefined) => void;
  /** Called when a worker is given up and another one takes its place, with the job it was at. */
  readonly onReplaced?: (reason: "died" | "hung", message: string, job: Job | undefined) => void;
}

/** How soon a job asks again for what it did not get, which another isolate may have. */
const RETAKE_MS = 20;

/** Runs jobs on workers that speak `worker_protocol.ts`, as `JobQueue` has them in turn. */
export class WorkerPool<Settings, Job, Result, About = never> implements Disposable {
  readonly #options: WorkerPoolOptions<Settings, Job, About>;
  readonly #queue: JobQueue<Job, QueuedJob<Job, Result>>;
  readonly #workers: PoolWorkers<Job, Result>;
  readonly #started = Promise.withResolvers<void>();
  #hasStarted = false;
  #isBroken = false;
  #retake: ReturnType<typeof setTimeout> | undefined;

  constructor(options: WorkerPoolOptions<Settings, Job, About>) {
    this.#options = options;
    this.#queue = new JobQueue(options);
    this.#workers = new PoolWorkers(options);
    this.#started.promise.catch(() => {});
    if (options.startsWithFirstJob !== true) this.#start();
  }

  /**
   * Resolves when every worker is ready; never before the first job where that starts them.
   *
   * @throws {Error} when a worker fails before it was; its cause is what the worker said alone.
   */
  get started(): Promise<void> {
    return this.#started.promise;
  }

  /** Jobs waiting for a worker. */
  get queued(): number {
    return this.#queue.length;
  }

  /** Jobs of some kind that wait for a worker. */
  count(isCounted: (job: Job) => boolean): number {
    return this.#queue.count(isCounted);
  }

  /** Whether no job will be done: a worker could not even start, or all are lost in native calls until one returns. */
  get isBroken(): boolean {
    return this.#isBroken || this.#workers.areAllLost;
  }

  /**
   * Runs a job. While it waits in the queue `signal` takes it out; once it runs it settles by itself, since
   * its slot may not be reused before it has.
   *
   * @throws {GatewayError} what the job threw, `overloaded` (queue full), `LateJob` for one that took too long,
   * `internal` (the worker died) or the signal's reason.
   */
  run(job: Job, transfer: Transferable[], signal: AbortSignal): Promise<Result> {
    if (signal.aborted) return Promise.reject(signal.reason);
    if (this.#isBroken) return Promise.reject(this.#died());
    const { queueMax, queueMsMax = Infinity } = this.#options;
    if (this.#queue.length >= queueMax) return this.#full("jobs in its queue", queueMax);
    if (!this.#queue.hasTimeFor(job)) return this.#full("milliseconds of its queue", queueMsMax);
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    const queued = { job, since: performance.now(), transfer, resolve, reject };
    const onAbort = () => {
      if (this.#queue.remove(queued)) reject(signal.reason);
    };
    signal.addEventListener("abort", onAbort);
    this.#queue.add(queued);
    if (!this.#hasStarted) this.#start();
    this.#dispatch();
    return promise.finally(() => signal.removeEventListener("abort", onAbort));
  }

  /** Takes no jobs any more and gives back those that wait; what runs goes on to its end. */
  close(): void {
    this.#isBroken = true;
    clearTimeout(this.#retake);
    for (const queued of this.#queue.clear()) queued.reject(this.#died());
  }

  [Symbol.dispose](): void {
    this.close();
    for (const worker of this.#workers) this.#retire(worker, this.#died());
  }

  #start(): void {
    this.#hasStarted = true;
    for (let index = 0; index < this.#options.workers; index++) this.#spawn();
  }

  #spawn(): void {
    const worker = new Worker(this.#options.workerUrl, {
      type: "module",
      deno: { permissions: WORKER_PERMISSIONS },
    });
    const state = new WorkerState();
    const entry: PoolWorker<Job, Result> = {
      worker,
      state,
      isReady: false,
      sent: 0,
      current: undefined,
    };
    worker.onmessage = (event: MessageEvent<WorkerReply<Result, About>>) =>
      this.#onReply(entry, event.data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.#onDeath(entry, event.message);
    };
    this.#workers.add(entry);
    worker.postMessage({
      kind: "init",
      settings: this.#options.settings,
      state: state.buffer,
    });
  }

  #dispatch(): void {
    for (const entry of this.#workers) {
      while (entry.isReady && entry.current === undefined && this.#queue.length > 0) {
        const next = this.#queue.next(this.#workers.mayRun);
        if (next === undefined) {
          this.#retakeSoon();
          return;
        }
        this.#send(entry, next.entry, next.held);
      }
    }
    if (this.#workers.mayHaveSpare && this.#queue.hasAny(this.#workers.mayRun)) this.#spawn();
  }

  #retakeSoon(): void {
    clearTimeout(this.#retake);
    this.#retake = setTimeout(() => this.#dispatch(), RETAKE_MS);
  }

  #send(entry: PoolWorker<Job, Result>, next: QueuedJob<Job, Result>, held: Disposable): void {
    try {
      entry.worker.postMessage({ kind: "job", job: next.job }, next.transfer);
    } catch (error) {
      // A buffer that was moved away already: the caller's mistake, of which other jobs must not suffer.
      held[Symbol.dispose]();
      next.reject(error);
      return;
    }
    entry.sent++;
    const ended = Promise.withResolvers<void>();
    entry.current = { ...next, held, ended, limitsPassed: 0, timer: undefined };
    this.#watch(entry, entry.current);
  }

  #watch(entry: PoolWorker<Job, Result>, job: RunningJob<Job, Result>): void {
    job.timer = setTimeout(() => this.#onLimit(entry, job), this.#options.jobMsMax);
  }

  #onReply(entry: PoolWorker<Job, Result>, reply: WorkerReply<Result, About>): void {
    if (reply.kind === "ready") {
      entry.isReady = true;
      this.#options.onReady?.(reply.about);
      if (this.#workers.areAllReady) this.#started.resolve();
    } else if (reply.kind === "unable") {
      this.#onDeath(entry, reply.reason);
    } else {
      const finished = entry.current;
      this.#release(entry);
      if (reply.kind === "done") finished?.resolve(reply.result);
      else finished?.reject(fromPlainError(reply.error));
    }
    this.#dispatch();
  }

  /**
   * A worker that was done by then is not late, though its answer may wait for this thread; nor is one that has not
   * begun, since what it waits for is a core.
   */
  #onLimit(entry: PoolWorker<Job, Result>, job: RunningJob<Job, Result>): void {
    const { state } = entry;
    const hasBegun = state.begun === entry.sent;
    const isFirst = job.limitsPassed++ === 0;
    const isDone = hasBegun && !state.isBusy;
    if (!isDone && (hasBegun || !isFirst)) job.reject(this.#late(job));
    if (isDone || isFirst || !state.tryEnd()) {
      this.#watch(entry, job);
      return;
    }
    this.#retire(entry, this.#died());
    this.#options.onReplaced?.("hung", this.#late(job).message, job.job);
    this.#spawn();
  }

  #late(job: RunningJob<Job, Result>): LateJob {
    const { action, tooLong, jobMsMax } = this.#options;
    return new LateJob(tooLong, `Cannot ${action} within ${jobMsMax} ms`, job.ended.promise);
  }

  #onDeath(entry: PoolWorker<Job, Result>, message: string): void {
    if (!this.#workers.has(entry)) return;
    const job = entry.current?.job;
    this.#retire(entry, this.#died(message));
    if (entry.isReady && !this.#isBroken) {
      this.#options.onReplaced?.("died", message, job);
      this.#spawn();
      return;
    }
    // A worker that cannot start would be replaced for ever; readiness reports a broken pool instead.
    this.#isBroken = true;
    this.#started.reject(new Error(`Cannot start worker: ${message}`, { cause: message }));
    for (const queued of this.#queue.clear()) queued.reject(this.#died(message));
  }

  #release(entry: PoolWorker<Job, Result>): void {
    const { current } = entry;
    if (current === undefined) return;
    clearTimeout(current.timer);
    current.held[Symbol.dispose]();
    current.ended.resolve();
    entry.current = undefined;
  }

  #retire(entry: PoolWorker<Job, Result>, error: GatewayError): void {
    this.#workers.delete(entry);
    entry.worker.terminate();
    const interrupted = entry.current;
    this.#release(entry);
    interrupted?.reject(error);
  }

  #full(quantity: string, limit: number): Promise<never> {
    return Promise.reject(overloaded(quantity, limit, this.#options.action));
  }

  #died(message?: string): GatewayError {
    return new GatewayError(
      "internal",
      `Cannot ${this.#options.action} because its worker died`,
      { cause: message },
    );
  }
}
