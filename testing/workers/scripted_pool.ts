/** A worker pool of `scripted_worker.ts`, and what a test needs to steer it. */
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
      WorkerPoolOptions<unknown, ScriptedAbout>,
      "workers" | "queueMax" | "jobMsMax" | "startsWithFirstJob" | "onReady" | "onReplaced"
    >
  > {
  /** Workers that start before the next one fails to. */
  readonly starts?: number;
}

/** A pool of one worker that may queue eight jobs, with changes. */
export function createScriptedPool(options: ScriptedPoolOptions = {}): ScriptedPool {
  const { starts = 100, ...others } = options;
  const startsLeft = new SharedArrayBuffer(4);
  new Int32Array(startsLeft)[0] = starts;
  return new WorkerPool({
    workerUrl: new URL("./scripted_worker.ts", import.meta.url),
    settings: { begun: new SharedArrayBuffer(4), startsLeft },
    workers: 1,
    queueMax: 8,
    jobMsMax: 60_000,
    action: "decode image",
    tooLong: "invalid_image",
    ...others,
  });
}

/** A job that keeps its worker until the test lets it go. */
export class GatedJob {
  readonly job: ScriptedJob;
  readonly #gate = new SharedArrayBuffer(4);

  constructor() {
    this.job = { kind: "wait", gate: this.#gate };
  }

  /** Lets the job answer, whether it waits already or comes later. */
  open(): void {
    const gate = new Int32Array(this.#gate);
    Atomics.store(gate, 0, 1);
    Atomics.notify(gate, 0);
  }
}

/** A signal that never aborts. */
export function never(): AbortSignal {
  return new AbortController().signal;
}
