/** Worker entry: sleeps until the time in shared memory and says so. */
/// <reference lib="deno.worker" />
import { epochMs } from "./clock.ts";

declare const self: DedicatedWorkerGlobalScope;

/** Closer than this is on time: going to sleep again would take longer. */
const EARLY_MS_MAX = 0.03;

self.onmessage = ({ data: memory }: MessageEvent<SharedArrayBuffer>) => {
  const revision = new Int32Array(memory, 0, 1);
  const dueMs = new Float64Array(memory, 8, 1);
  // Blocks this thread for good: its owner wakes it by a new revision and ends it by terminating the worker.
  for (;;) {
    const seen = Atomics.load(revision, 0);
    const wait = (dueMs[0] as number) - epochMs();
    if (wait > EARLY_MS_MAX) {
      Atomics.wait(revision, 0, seen, wait);
    } else {
      self.postMessage(seen);
      Atomics.wait(revision, 0, seen);
    }
  }
};
