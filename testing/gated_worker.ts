/** Worker entry: writes nothing and answers a job once the gate is open, so that tests decide how long decoding takes. */
/// <reference lib="deno.worker" />
import type { PreprocessJob, PreprocessResult } from "../gateway/work/preprocess_worker.ts";
import type { InitMessage, JobMessage, WorkerReply } from "../gateway/work/worker_protocol.ts";

/** An Int32 that is 0 while the gate is shut. */
export interface GateSettings {
  readonly gate: SharedArrayBuffer;
}

declare const self: DedicatedWorkerGlobalScope;

let gate: Int32Array<SharedArrayBuffer> | undefined;

self.onmessage = (event: MessageEvent<InitMessage<GateSettings> | JobMessage<PreprocessJob>>) => {
  const message = event.data;
  if (message.kind === "init") {
    gate = new Int32Array(message.settings.gate);
    reply({ kind: "ready" });
    return;
  }
  if (gate !== undefined) Atomics.wait(gate, 0, 0);
  const result = {
    width: 1,
    height: 1,
    format: "jpeg",
    decodeMs: 0,
    resizeMs: 0,
    writeMs: 0,
  };
  reply({ kind: "done", result });
};

function reply(message: WorkerReply<PreprocessResult>): void {
  self.postMessage(message);
}
