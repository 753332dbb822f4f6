/** Decode workers that wait at a gate, for tests of what happens while images are decoded or queued. */
import type { PreprocessJob, PreprocessResult } from "../gateway/work/slot_preprocessor.ts";
import { WorkerPool } from "../gateway/work/worker_pool.ts";
import type { GateSettings } from "./gated_worker.ts";

/** A pool of one worker and its gate. */
export interface GatedPool extends Disposable {
  readonly pool: WorkerPool<GateSettings, PreprocessJob, PreprocessResult>;
  /** Lets all jobs finish, now and later. */
  open(): void;
}

/** Starts a pool whose gate is shut. */
export async function createGatedPool(): Promise<GatedPool> {
  const gate = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const pool = new WorkerPool<GateSettings, PreprocessJob, PreprocessResult>({
    workerUrl: new URL("./gated_worker.ts", import.meta.url),
    settings: { gate },
    workers: 1,
    queueMax: 64,
    jobMsMax: 60_000,
    action: "decode image",
    tooLong: "deadline_exceeded",
  });
  await pool.started;
  const open = () => {
    Atomics.store(new Int32Array(gate), 0, 1);
    Atomics.notify(new Int32Array(gate), 0);
  };
  return {
    pool,
    open,
    [Symbol.dispose]: () => {
      // A worker that waits could not be ended at once.
      open();
      pool[Symbol.dispose]();
    },
  };
}
