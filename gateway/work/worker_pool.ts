/** A fixed pool of workers with a bounded queue, a time limit a job and replacement of workers that die or hang. */
import type { ErrorCode } from "../contract/catalogue.ts";
import { GatewayError, limitError } from "../contract/errors.ts";
import { fromPlainError } from "./plain_error.ts";
import type { WorkerReply } from "./worker_protocol.ts";

/** What a pool is made of. */
export interface WorkerPoolOptions<Settings, About = never> {
  readonly workerUrl: URL;
  /** Sent to every worker before its first job. */
  readonly settings: Settings;
  readonly workers: number;
  /** Jobs that may wait; one more is refused. */
  readonly queueMax: number;
  /** Wall-clock milliseconds a job may run; the worker is replaced when it takes longer. */
  readonly jobMsMax: number;
  /** What a job does, for error messages: "Cannot ACTION …". */
  readonly action: string;
  /** Error of a job that took too long. */
  readonly tooLong: ErrorCode;
  /** Whether workers start with the first job instead of at once; no unless given. */
  readonly startsWithFirstJob?: boolean;
  /** Called whenever a worker can take jobs, with what it says about itself. */
  readonly onReady?: (about: About | undefined) => void;
  /** Called when a worker is given up and another one takes its place. */
  readonly onReplaced?: (reason: "died" | "hung", message: string) => void;
}

interface QueuedJob<Job, Result> {
  readonly job: Job;
  readonly transfer: Transferable[];
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

interface PoolWorker<Job, Result> {
  readonly worker: Worker;
  isReady: boolean;
  current: QueuedJob<Job, Result> | undefined;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** Code and libraries to load, the variable that imagescript reads, and else nothing: no network, no writing. */
const PERMISSIONS: Deno.PermissionOptionsObject = {
  read: "inherit",
  ffi: "inherit",
  env: ["IMAGESCRIPT_WASM_SIMD"],
  net: false,
  write: false,
  run: false,
  sys: false,
  import: false,
};

/** Runs jobs on workers that speak `worker_protocol.ts`, in order of arrival. */
export class WorkerPool<Settings, Job, Result, About = never> implements Disposable {
  readonly #options: WorkerPoolOptions<Settings, About>;
  readonly #queue: QueuedJob<Job, Result>[] = [];
  readonly #workers = new Set<PoolWorker<Job, Result>>();
  readonly #started = Promise.withResolvers<void>();
  #hasStarted = false;
  #isBroken = false;

  constructor(options: WorkerPoolOptions<Settings, About>) {
    this.#options = options;
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

  /** Whether a worker could not even start, after which the pool takes no jobs. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /**
   * Runs a job. While it waits in the queue `signal` takes it out; once it runs it settles by itself, since
   * its slot may not be reused before it has.
   *
   * @throws {GatewayError} what the job threw, `overloaded` (queue full), the error of a job that took too long,
   * `internal` (the worker died) or the signal's reason.
   */
  run(job: Job, transfer: Transferable[], signal: AbortSignal): Promise<Result> {
    if (signal.aborted) return Promise.reject(signal.reason);
    if (this.#isBroken) return Promise.reject(this.#died());
    if (this.#queue.length >= this.#options.queueMax) {
      return Promise.reject(limitError("overloaded", {
        action: this.#options.action,
        quantity: "jobs in its queue",
        limit: this.#options.queueMax,
      }));
    }
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    const queued = { job, transfer, resolve, reject };
    const onAbort = () => {
      const index = this.#queue.indexOf(queued);
      if (index < 0) return;
      this.#queue.splice(index, 1);
      reject(signal.reason);
    };
    signal.addEventListener("abort", onAbort);
    this.#queue.push(queued);
    if (!this.#hasStarted) this.#start();
    this.#dispatch();
    return promise.finally(() => signal.removeEventListener("abort", onAbort));
  }

  [Symbol.dispose](): void {
    this.#isBroken = true;
    for (const worker of this.#workers) this.#retire(worker, this.#died());
    for (const queued of this.#queue.splice(0)) queued.reject(this.#died());
  }

  #start(): void {
    this.#hasStarted = true;
    for (let index = 0; index < this.#options.workers; index++) this.#spawn();
  }

  #spawn(): void {
    const worker = new Worker(this.#options.workerUrl, {
      type: "module",
      deno: { permissions: PERMISSIONS },
    });
    const entry: PoolWorker<Job, Result> = {
      worker,
      isReady: false,
      current: undefined,
      timer: undefined,
    };
    worker.onmessage = (event: MessageEvent<WorkerReply<Result, About>>) =>
      this.#onReply(entry, event.data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.#onDeath(entry, event.message);
    };
    this.#workers.add(entry);
    worker.postMessage({ kind: "init", settings: this.#options.settings });
  }

  #dispatch(): void {
    for (const entry of this.#workers) {
      while (entry.isReady && entry.current === undefined) {
        const next = this.#queue.shift();
        if (next === undefined) return;
        this.#send(entry, next);
      }
    }
  }

  #send(entry: PoolWorker<Job, Result>, next: QueuedJob<Job, Result>): void {
    try {
      entry.worker.postMessage({ kind: "job", job: next.job }, next.transfer);
    } catch (error) {
      // A buffer that was moved away already: the caller's mistake, of which other jobs must not suffer.
      next.reject(error);
      return;
    }
    entry.current = next;
    entry.timer = setTimeout(() => this.#onTimeout(entry), this.#options.jobMsMax);
  }

  #onReply(entry: PoolWorker<Job, Result>, reply: WorkerReply<Result, About>): void {
    if (reply.kind === "ready") {
      entry.isReady = true;
      this.#options.onReady?.(reply.about);
      if ([...this.#workers].every((worker) => worker.isReady)) this.#started.resolve();
    } else {
      const finished = entry.current;
      this.#release(entry);
      if (reply.kind === "done") finished?.resolve(reply.result);
      else finished?.reject(fromPlainError(reply.error));
    }
    this.#dispatch();
  }

  #onTimeout(entry: PoolWorker<Job, Result>): void {
    const { action, tooLong, jobMsMax, onReplaced } = this.#options;
    const error = limitError(tooLong, { action, quantity: "its milliseconds", limit: jobMsMax });
    this.#retire(entry, error);
    onReplaced?.("hung", error.message);
    this.#spawn();
  }

  #onDeath(entry: PoolWorker<Job, Result>, message: string): void {
    if (!this.#workers.has(entry)) return;
    this.#retire(entry, this.#died(message));
    if (entry.isReady) {
      this.#options.onReplaced?.("died", message);
      this.#spawn();
      return;
    }
    // A worker that cannot start would be replaced for ever; readiness reports a broken pool instead.
    this.#isBroken = true;
    this.#started.reject(new Error(`Cannot start worker: ${message}`, { cause: message }));
    for (const queued of this.#queue.splice(0)) queued.reject(this.#died(message));
  }

  #release(entry: PoolWorker<Job, Result>): void {
    clearTimeout(entry.timer);
    entry.current = undefined;
  }

  #retire(entry: PoolWorker<Job, Result>, error: GatewayError): void {
    this.#workers.delete(entry);
    entry.worker.terminate();
    const interrupted = entry.current;
    this.#release(entry);
    interrupted?.reject(error);
  }

  #died(message?: string): GatewayError {
    return new GatewayError(
      "internal",
      `Cannot ${this.#options.action} because its worker died`,
      { cause: message },
    );
  }
}
