/** The worker's side of `worker_protocol.ts`. */
/// <reference lib="deno.worker" />
import { toPlainError } from "./plain_error.ts";
import type { InitMessage, JobMessage, WorkerReply } from "./worker_protocol.ts";

/** Work of one kind, ready to be done. */
export interface JobRunner<Job, Result, About = never> {
  /** What the pool is told once this worker is ready. */
  readonly about?: About;
  /** Does a job; what it throws is the job's error, and the worker takes the next. */
  readonly run: (job: Job) => Result | Promise<Result>;
  /** Buffers of a result that move to the pool instead of being copied. */
  readonly transferOf?: (result: Result) => Transferable[];
}

declare const self: DedicatedWorkerGlobalScope;

/**
 * Makes this thread a worker of a `WorkerPool`.
 *
 * @param start Makes ready by the pool's settings; what it throws ends the worker, which breaks the pool.
 */
export function serveJobs<Settings, Job, Result, About = never>(
  start: Start<Settings, JobRunner<Job, Result, About>>,
): void {
  let runner: JobRunner<Job, Result, About> | undefined;
  self.onmessage = ({ data }: MessageEvent<InitMessage<Settings> | JobMessage<Job>>) => {
    if (data.kind === "job") {
      void answer(runner, data.job);
      return;
    }
    Promise.try(start, data.settings).then((started) => {
      runner = started;
      reply({ kind: "ready", about: started.about }, []);
    }).catch((error) =>
      // Out of the promise, so that the pool learns of it as of any other death.
      queueMicrotask(() => {
        throw error;
      })
    );
  };
}

type Start<Settings, Runner> = (settings: Settings) => Runner | Promise<Runner>;

async function answer<Job, Result, About>(
  runner: JobRunner<Job, Result, About> | undefined,
  job: Job,
): Promise<void> {
  try {
    if (runner === undefined) throw new Error("Cannot run a job before init");
    const result = await runner.run(job);
    reply({ kind: "done", result }, runner.transferOf?.(result) ?? []);
  } catch (thrown) {
    reply({ kind: "failed", error: toPlainError(thrown) }, []);
  }
}

function reply<Result, About>(message: WorkerReply<Result, About>, transfer: Transferable[]): void {
  self.postMessage(message, transfer);
}
