/** The worker's side of `worker_protocol.ts`. */
/// <reference lib="deno.worker" />
import { toPlainError } from "./plain_error.ts";
import type { InitMessage, JobMessage, WorkerReply } from "./worker_protocol.ts";
import { type Uninterrupted, WorkerState } from "./worker_state.ts";

/** Work of one kind, ready to be done. */
export interface JobRunner<Job, Result, About = never> {
  /** What the pool is told once this worker is ready. */
  readonly about?: About;
  /** Whether a job is native code as a whole, which cannot be ended; no unless given. */
  readonly isNative?: boolean;
  /** Does a job; what it throws is the job's error, and the worker takes the next. */
  readonly run: (job: Job) => Result | Promise<Result>;
  /** Buffers of a result that move to the pool instead of being copied. */
  readonly transferOf?: (result: Result) => Transferable[];
}

declare const self: DedicatedWorkerGlobalScope;

/**
 * Makes this thread a worker of a `WorkerPool`.
 *
 * @param start Makes ready by the pool's settings; where it throws the worker is given up, which breaks the pool. Native calls
 * within a job, and writes to memory that is not the worker's, go through `uninterrupted`.
 */
export function serveJobs<Settings, Job, Result, About = never>(
  start: Start<Settings, JobRunner<Job, Result, About>>,
): void {
  let worker: ReadyWorker<Job, Result, About> | undefined;
  self.onmessage = ({ data }: MessageEvent<InitMessage<Settings> | JobMessage<Job>>) => {
    if (data.kind === "job") {
      void answer(worker, data.job);
      return;
    }
    const state = new WorkerState(data.state);
    Promise.try(start, data.settings, state.hold).then((runner) => {
      worker = { runner, state };
      reply({ kind: "ready", about: runner.about }, []);
    }).catch((error) => {
      reply({ kind: "unable", reason: error instanceof Error ? error.message : String(error) }, []);
    });
  };
}

type Start<Settings, Runner> = (
  settings: Settings,
  uninterrupted: Uninterrupted,
) => Runner | Promise<Runner>;

interface ReadyWorker<Job, Result, About> {
  readonly runner: JobRunner<Job, Result, About>;
  readonly state: WorkerState;
}

async function answer<Job, Result, About>(
  worker: ReadyWorker<Job, Result, About> | undefined,
  job: Job,
): Promise<void> {
  try {
    if (worker === undefined) throw new Error("Cannot run a job before init");
    const result = await run(worker, job);
    reply({ kind: "done", result }, worker.runner.transferOf?.(result) ?? []);
  } catch (thrown) {
    reply({ kind: "failed", error: toPlainError(thrown) }, []);
  }
}

async function run<Job, Result, About>(
  { runner, state }: ReadyWorker<Job, Result, About>,
  job: Job,
): Promise<Result> {
  state.begin(runner.isNative === true);
  try {
    return await runner.run(job);
  } finally {
    state.finish();
  }
}

function reply<Result, About>(message: WorkerReply<Result, About>, transfer: Transferable[]): void {
  self.postMessage(message, transfer);
}
