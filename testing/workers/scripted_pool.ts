/** A worker pool of `scripted_worker.ts`, and what a test needs to steer it. */
import { setTimeout } from "node:timers/promises";
import { WorkerPool, type WorkerPoolOptions } from "../../gateway/work/worker_pool.ts";
import type {
  ScriptedAbout,
  ScriptedJob,
  ScriptedResult,
  ScriptedSettings,
} from "./scripted_worker.ts";

/** The pool of scripted workers. */
export type ScriptedPool = WorkerPool<ScriptedSettings, ScriptedJob, ScriptedResult, ScriptedAbout>;

/** What a test may choose. */
export interface ScriptedPoolOptions extends
  Partial<
    Pick<
      WorkerPoolOptions<unknown, ScriptedJob, ScriptedAbout>,
      | "workers"
      | "queueMax"
      | "jobMsMax"
      | "startsWithFirstJob"
      | "onReady"
      | "onReplaced"
      | "take"
      | "isLong"
      | "newestFirstAfterMs"
    >
  > {
  /** Workers that start before the next one fails to. */
  readonly starts?: number;
  /** Where jobs that have begun are counted. */
  readonly begun?: SharedArrayBuffer;
}

/** A pool of one worker that may queue eight jobs, with changes. */
export function createScriptedPool(options: ScriptedPoolOptions = {}): ScriptedPool {
  const { starts = 100, begun = new SharedArrayBuffer(4), ...others } = options;
  const startsLeft = new SharedArrayBuffer(4);
  new Int32Array(startsLeft)[0] = starts;
  return new WorkerPool({
    workerUrl: new URL("./scripted_worker.ts", import.meta.url),
    settings: { begun, startsLeft },
    workers: 1,
    queueMax: 8,
    jobMsMax: 60_000,
    action: "decode image",
    tooLong: "deadline_exceeded",
    ...others,
  });
}

/** A job that keeps its worker until the test lets it go. */
export class GatedJob {
  readonly job: ScriptedJob;
  readonly #gate = new SharedArrayBuffer(4);

  /** @param kind Whether it could be ended at any time, or is a call that cannot be. */
  constructor(kind: "wait" | "native" = "wait") {
    this.job = { kind, gate: this.#gate };
  }

  /** Lets the job answer, whether it waits already or comes later. */
  open(): void {
    const gate = new Int32Array(this.#gate);
    Atomics.store(gate, 0, 1);
    Atomics.notify(gate, 0);
  }
}

/** Counts jobs that have begun; for a pool's option. */
export class BegunJobs {
  readonly buffer = new SharedArrayBuffer(4);

  /** Waits until so many jobs have begun, while time stands still or goes on. */
  async reach(count: number): Promise<void> {
    // Not the timers of a stopped clock.
    while (Atomics.load(new Int32Array(this.buffer), 0) < count) await setTimeout(1);
  }
}

/** A signal that never aborts. */
export function never(): AbortSignal {
  return new AbortController().signal;
}
