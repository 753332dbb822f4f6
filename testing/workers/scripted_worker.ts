/** Worker for tests of the pool: each job says what it does. */
/// <reference lib="deno.worker" />
import type { ErrorCode } from "../../gateway/contract/catalogue.ts";
import type { InitMessage, JobMessage, WorkerReply } from "../../gateway/work/worker_protocol.ts";

/** Counters that every worker of a pool shares with the test, one Int32 each. */
export interface ScriptedSettings {
  /** Jobs begun so far. */
  readonly begun: SharedArrayBuffer;
  /** Workers that may still start; the one after throws instead. */
  readonly startsLeft: SharedArrayBuffer;
}

/** What a job does with its worker. */
export type ScriptedJob =
  | { readonly kind: "answer"; readonly value: string; readonly bytes?: Uint8Array }
  | { readonly kind: "fail"; readonly code: ErrorCode; readonly message: string }
  /** Answers as soon as the test sets the gate. */
  | { readonly kind: "wait"; readonly gate: SharedArrayBuffer }
  /** Answers as soon as so many jobs run at once. */
  | { readonly kind: "meet"; readonly arrived: SharedArrayBuffer; readonly count: number }
  | { readonly kind: "die" }
  | { readonly kind: "loop" };

/** What it answers. */
export interface ScriptedResult {
  /** How many jobs of the pool had begun before this one. */
  readonly order: number;
  readonly value?: string;
}

declare const self: DedicatedWorkerGlobalScope;

let begun: Int32Array;

self.onmessage = (
  { data }: MessageEvent<InitMessage<ScriptedSettings> | JobMessage<ScriptedJob>>,
) => {
  if (data.kind === "init") {
    begun = new Int32Array(data.settings.begun);
    if (Atomics.sub(new Int32Array(data.settings.startsLeft), 0, 1) <= 0) {
      throw new Error("no start is left");
    }
    reply({ kind: "ready" });
  } else {
    reply(run(data.job, Atomics.add(begun, 0, 1)));
  }
};

function run(job: ScriptedJob, order: number): WorkerReply<ScriptedResult> {
  switch (job.kind) {
    case "answer":
      return { kind: "done", result: { order, value: job.value } };
    case "fail":
      return { kind: "failed", code: job.code, message: job.message };
    case "wait":
      Atomics.wait(new Int32Array(job.gate), 0, 0);
      return { kind: "done", result: { order } };
    case "meet":
      meet(new Int32Array(job.arrived), job.count);
      return { kind: "done", result: { order } };
    case "die":
      throw new Error("told to die");
    case "loop":
      for (let turn = 0; turn >= 0; turn = (turn + 1) % 2) continue;
      throw new Error("unreachable");
  }
}

function meet(arrived: Int32Array, count: number): void {
  Atomics.add(arrived, 0, 1);
  Atomics.notify(arrived, 0);
  for (let here = Atomics.load(arrived, 0); here < count; here = Atomics.load(arrived, 0)) {
    Atomics.wait(arrived, 0, here);
  }
}

function reply(message: WorkerReply<ScriptedResult>): void {
  self.postMessage(message);
}
