import assert from "node:assert/strict";
import { stopTime } from "../../testing/fake_clock.ts";
import { rejectedBy } from "../../testing/thrown.ts";
import { recordWorkers } from "../../testing/workers/recorded_workers.ts";
import {
  BegunJobs,
  createScriptedPool,
  GatedJob,
  never,
} from "../../testing/workers/scripted_pool.ts";
import type { ScriptedJob } from "../../testing/workers/scripted_worker.ts";
import { LateJob } from "./late_job.ts";
import type { InitMessage } from "./worker_protocol.ts";
import { WorkerState } from "./worker_state.ts";

const ANSWER: ScriptedJob = { kind: "answer", value: "next" };
const LATE = {
  name: "LateJob",
  code: "deadline_exceeded",
  message: "Cannot decode image within 1000 ms",
};

/** A pool whose jobs may take a second, with a clock that stands still. */
async function createTrial({ workers = 1 } = {}) {
  const reasons: string[] = [];
  const begun = new BegunJobs();
  const pool = createScriptedPool({
    workers,
    jobMsMax: 1000,
    begun: begun.buffer,
    onReplaced: (reason) => reasons.push(reason),
  });
  await pool.started;
  const clock = stopTime();
  return {
    pool,
    clock,
    begun,
    reasons,
    [Symbol.dispose]: () => {
      clock[Symbol.dispose]();
      pool[Symbol.dispose]();
    },
  };
}

/** Holds this thread, which takes no message meanwhile, until a worker is done with its first job. */
function holdUntilDone(state: WorkerState): void {
  const nothing = new Int32Array(new SharedArrayBuffer(4));
  while (state.begun === 0 || state.isBusy) Atomics.wait(nothing, 0, 0, 1);
}

/** Whether a promise has settled by the time others that settled before have been seen. */
async function hasSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  void promise.then(() => settled = true);
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  return settled;
}

Deno.test("WorkerPool answers a job as late once its time is over, and ends its worker after as long again", async () => {
  using workers = recordWorkers();
  using trial = await createTrial();
  const { pool, clock, begun, reasons } = trial;
  const late = rejectedBy(pool.run({ kind: "loop" }, [], never()));
  const next = pool.run(ANSWER, [], never());
  await begun.reach(1);
  let isAnswered = false;
  void late.then(() => isAnswered = true);
  await clock.tick(999);
  assert.equal(isAnswered, false);
  await clock.tick(1);
  const error = await late;
  assert.ok(error instanceof LateJob);
  assert.deepEqual({ ...LATE, ...{ code: error.code, message: error.message } }, LATE);
  assert.equal(await hasSettled(error.ended), false);
  await clock.tick(999);
  assert.deepEqual(reasons, []);
  await clock.tick(1);
  assert.deepEqual(reasons, ["hung"]);
  await error.ended;
  assert.equal((await next).value, "next");
  assert.equal(clock.timers, 0);
  assert.deepEqual(workers.all.map(({ isTerminated }) => isTerminated), [true, false]);
});

Deno.test("WorkerPool waits for a worker that is late in a native call, starts no other, and uses it again", async () => {
  using workers = recordWorkers();
  using trial = await createTrial();
  const { pool, clock, begun, reasons } = trial;
  const gated = new GatedJob("native");
  const late = rejectedBy(pool.run(gated.job, [], never()));
  const next = pool.run(ANSWER, [], never());
  await begun.reach(1);
  await clock.tick(5000);
  const error = await late;
  assert.ok(error instanceof LateJob);
  assert.equal(error.code, "deadline_exceeded");
  assert.equal(await hasSettled(error.ended), false);
  assert.equal(pool.queued, 1);
  gated.open();
  await error.ended;
  assert.equal((await next).value, "next");
  assert.deepEqual(reasons, []);
  assert.deepEqual(workers.all.map(({ isTerminated }) => isTerminated), [false]);
  assert.equal(clock.timers, 0);
});

Deno.test("WorkerPool is broken while all its workers are lost in native calls, until one returns", async () => {
  using trial = await createTrial({ workers: 2 });
  const { pool, clock, begun } = trial;
  const gated = [new GatedJob("native"), new GatedJob("native")];
  const late = gated.map(({ job }) => rejectedBy(pool.run(job, [], never())));
  await begun.reach(2);
  await clock.tick(5999);
  assert.equal(pool.isBroken, false);
  await clock.tick(1);
  assert.equal(pool.isBroken, true);
  gated[0]?.open();
  const [first] = await Promise.all(late);
  assert.ok(first instanceof LateJob);
  await first.ended;
  assert.equal(pool.isBroken, false);
  assert.equal((await pool.run(ANSWER, [], never())).value, "next");
  gated[1]?.open();
});

Deno.test("WorkerPool takes an answer that waits for the main thread, however late that thread is", async () => {
  using workers = recordWorkers();
  using trial = await createTrial();
  const { pool, clock, reasons } = trial;
  const { state } = workers.all[0]?.firstMessage as InitMessage<unknown>;
  const answered = pool.run(ANSWER, [], never());
  holdUntilDone(new WorkerState(state));
  // The timer fires now, before the message is taken.
  clock.hold(60_000);
  assert.equal((await answered).value, "next");
  assert.deepEqual(reasons, []);
});

Deno.test("WorkerPool gives a worker that got no core to begin with twice the time", async () => {
  using workers = recordWorkers();
  using trial = await createTrial();
  const { pool, clock, reasons } = trial;
  workers.all[0]?.silence();
  const late = rejectedBy(pool.run(ANSWER, [], never()));
  await clock.tick(1999);
  assert.equal(await hasSettled(late), false);
  await clock.tick(1);
  assert.equal((await late).code, "deadline_exceeded");
  assert.deepEqual(reasons, ["hung"]);
});

Deno.test("WorkerPool counts a job's time from its beginning, not from its arrival", async () => {
  using trial = await createTrial();
  const { pool, clock, begun, reasons } = trial;
  const [first, second] = [new GatedJob(), new GatedJob()];
  const results = [first, second].map(({ job }) => pool.run(job, [], never()));
  await begun.reach(1);
  await clock.tick(900);
  first.open();
  await results[0];
  await begun.reach(2);
  await clock.tick(900);
  second.open();
  await results[1];
  assert.deepEqual(reasons, []);
});
