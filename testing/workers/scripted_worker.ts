/** Worker for tests of the pool: each job says what it does. */
import type { ErrorCode } from "../../gateway/contract/catalogue.ts";
import { GatewayError } from "../../gateway/contract/errors.ts";
import type { Uninterrupted } from "../../gateway/work/worker_state.ts";
import { serveJobs } from "../../gateway/work/serve_jobs.ts";

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
  | {
    readonly kind: "fail";
    readonly code: ErrorCode;
    readonly message: string;
    readonly cause?: string;
  }
  /** Answers as soon as the test sets the gate. */
  | { readonly kind: "wait"; readonly gate: SharedArrayBuffer }
  /** Answers as soon as so many jobs run at once. */
  | { readonly kind: "meet"; readonly arrived: SharedArrayBuffer; readonly count: number }
  /** Answers what cannot be sent. */
  | { readonly kind: "unsendable" }
  /** Answers which permissions are granted. */
  | { readonly kind: "permissions" }
  /** Holds the worker in a call that nothing can end, until the test sets the gate. */
  | { readonly kind: "native"; readonly gate: SharedArrayBuffer }
  | { readonly kind: "die" }
  | { readonly kind: "loop" };

/** What a worker says once it is ready: how many others may still start. */
export interface ScriptedAbout {
  readonly startsLeft: number;
}

/** What it answers. */
export interface ScriptedResult {
  /** How many jobs of the pool had begun before this one. */
  readonly order: number;
  readonly value?: string;
}

serveJobs<ScriptedSettings, ScriptedJob, ScriptedResult, ScriptedAbout>(
  (settings, uninterrupted) => {
    const begun = new Int32Array(settings.begun);
    const startsLeft = Atomics.sub(new Int32Array(settings.startsLeft), 0, 1) - 1;
    if (startsLeft < 0) throw new Error("no start is left");
    return {
      about: { startsLeft },
      run: (job) => run(job, () => Atomics.add(begun, 0, 1), uninterrupted),
    };
  },
);

function run(
  job: ScriptedJob,
  begin: () => number,
  uninterrupted: Uninterrupted,
): ScriptedResult | Promise<ScriptedResult> {
  if (job.kind === "native") {
    return uninterrupted(() => {
      // Not before: whoever sees it begun may let time run out, and finds a worker that can be ended.
      const order = begin();
      Atomics.wait(new Int32Array(job.gate), 0, 0);
      return { order };
    });
  }
  const order = begin();
  switch (job.kind) {
    case "answer":
      return { order, value: job.value };
    case "fail":
      throw new GatewayError(job.code, job.message, { cause: job.cause });
    case "wait":
      Atomics.wait(new Int32Array(job.gate), 0, 0);
      return { order };
    case "meet":
      meet(new Int32Array(job.arrived), job.count);
      return { order };
    case "unsendable":
      return { order, value: (() => {}) as never };
    case "permissions":
      return { order, value: granted().join() };
    case "die":
      queueMicrotask(() => {
        throw new Error("told to die");
      });
      return new Promise(() => {});
    case "loop":
      for (let turn = 0; turn >= 0; turn = (turn + 1) % 2) continue;
      throw new Error("unreachable");
  }
}

function granted(): string[] {
  const names = ["read", "write", "net", "env", "run", "sys", "ffi", "import"] as const;
  return names.filter((name) => Deno.permissions.querySync({ name }).state === "granted");
}

function meet(arrived: Int32Array, count: number): void {
  Atomics.add(arrived, 0, 1);
  Atomics.notify(arrived, 0);
  for (let here = Atomics.load(arrived, 0); here < count; here = Atomics.load(arrived, 0)) {
    Atomics.wait(arrived, 0, here);
  }
}
