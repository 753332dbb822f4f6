/** What a pool knows of its workers, and which jobs they have room for. */
import type { WaitingJob } from "./job_queue.ts";
import type { WorkerState } from "./worker_state.ts";

/** A job that waits, and who waits for it. */
export interface QueuedJob<Job, Result> extends WaitingJob<Job> {
  readonly transfer: Transferable[];
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** A job that a worker has. */
export interface RunningJob<Job, Result> extends QueuedJob<Job, Result> {
  /** What it needs beside the worker. */
  readonly held: Disposable;
  readonly ended: PromiseWithResolvers<void>;
  /** Time limits that have passed; from the first on it is answered. */
  limitsPassed: number;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** One worker. */
export interface PoolWorker<Job, Result> {
  readonly worker: Worker;
  readonly state: WorkerState;
  isReady: boolean;
  /** Jobs that were sent. */
  sent: number;
  current: RunningJob<Job, Result> | undefined;
}

/** How many jobs of which length may run at once. */
export interface LaneOptions<Job> {
  readonly workers: number;
  /**
   * Jobs that others must not wait for, as nothing can interrupt them: beside those a spare worker is started once a short
   * one waits. So many long ones run at once as there are workers, and so many short ones. None is long unless given.
   */
  readonly isLong?: ((job: Job) => boolean) | undefined;
}

/** A worker that is as late as this is lost for now, though it may come back. */
const LOST_AFTER_LIMITS = 6;

/** The workers of a pool. */
export class PoolWorkers<Job, Result> extends Set<PoolWorker<Job, Result>> {
  readonly #lanes: LaneOptions<Job>;

  constructor(lanes: LaneOptions<Job>) {
    super();
    this.#lanes = lanes;
  }

  /** Whether fewer jobs that are as long, or short, run than may. */
  readonly mayRun = (job: Job): boolean => {
    const { workers, isLong = () => false } = this.#lanes;
    const isThisLong = isLong(job);
    let alike = 0;
    for (const { current } of this) {
      if (current !== undefined && isLong(current.job) === isThisLong) alike++;
    }
    return alike < workers;
  };

  /** Whether a spare worker would have something to do. */
  get mayHaveSpare(): boolean {
    const { workers, isLong } = this.#lanes;
    if (isLong === undefined || this.size > workers) return false;
    return [...this].every(({ current }) => current !== undefined);
  }

  get areAllReady(): boolean {
    return [...this].every(({ isReady }) => isReady);
  }

  /** Whether none is left that could take any job. */
  get areAllLost(): boolean {
    const lost = [...this].filter(({ current }) =>
      current !== undefined && current.limitsPassed >= LOST_AFTER_LIMITS
    );
    return this.size > 0 && lost.length >= this.#lanes.workers;
  }
}
