import assert from "node:assert/strict";
import { deathsOf } from "../../testing/apart.ts";
import { recordWorkers } from "../../testing/workers/recorded_workers.ts";
import { createScriptedPool, GatedJob, never } from "../../testing/workers/scripted_pool.ts";
import type { ScriptedJob } from "../../testing/workers/scripted_worker.ts";

const testDeath = deathsOf(import.meta.url);
const ANSWER: ScriptedJob = { kind: "answer", value: "next" };
const WORKER_DIED = {
  name: "GatewayError",
  code: "internal",
  message: "Cannot decode image because its worker died",
};

Deno.test("WorkerPool.run() rejects with a job's cause as text, for the log", async () => {
  using pool = createScriptedPool();
  const cause = "Cannot write input: No space left on device";
  const job: ScriptedJob = { kind: "fail", code: "internal", message: "Cannot do it", cause };
  await assert.rejects(pool.run(job, [], never()), { code: "internal", cause });
});

testDeath(
  "WorkerPool replaces a worker that dies, and only the job that it ran is lost",
  async () => {
    using workers = recordWorkers();
    const reasons: string[] = [];
    using pool = createScriptedPool({ onReplaced: (reason) => reasons.push(reason) });
    const lost = pool.run({ kind: "die" }, [], never());
    const kept = pool.run(ANSWER, [], never());
    await assert.rejects(lost, WORKER_DIED);
    assert.deepEqual(await kept, { order: 1, value: "next" });
    assert.deepEqual(reasons, ["died"]);
    assert.equal(workers.alive.length, 1);
    assert.equal(pool.isBroken, false);
  },
);

testDeath("WorkerPool goes on with its other workers while one is replaced", async () => {
  using pool = createScriptedPool({ workers: 2 });
  await pool.started;
  const gated = new GatedJob();
  const beside = pool.run(gated.job, [], never());
  await assert.rejects(pool.run({ kind: "die" }, [], never()), WORKER_DIED);
  gated.open();
  assert.equal((await beside).value, undefined);
  const meeting: ScriptedJob = { kind: "meet", arrived: new SharedArrayBuffer(4), count: 2 };
  await Promise.all([pool.run(meeting, [], never()), pool.run(meeting, [], never())]);
});

Deno.test("WorkerPool.started rejects when a worker cannot start, and the pool takes no jobs", async () => {
  using pool = createScriptedPool({ workers: 2, starts: 1 });
  const early = pool.run({ kind: "loop" }, [], never());
  const queued = pool.run(ANSWER, [], never());
  const settled = Promise.allSettled([early, queued]);
  await assert.rejects(pool.started, /^Error: Cannot start worker: .*no start is left/);
  assert.equal(pool.isBroken, true);
  await assert.rejects(pool.run(ANSWER, [], never()), WORKER_DIED);
  pool[Symbol.dispose]();
  assert.ok((await settled).every(({ status }) => status === "rejected"));
});

testDeath("WorkerPool is broken when the worker in a dead one's place cannot start", async () => {
  using pool = createScriptedPool({ starts: 1 });
  await pool.started;
  const lost = pool.run({ kind: "die" }, [], never());
  const queued = pool.run(ANSWER, [], never());
  await Promise.all([lost, queued].map((job) => assert.rejects(job, WORKER_DIED)));
  assert.equal(pool.isBroken, true);
  assert.equal(pool.queued, 0);
});

Deno.test("WorkerPool[Symbol.dispose]() rejects what runs and what waits, and stops every worker", async () => {
  using workers = recordWorkers();
  const pool = createScriptedPool({ workers: 2 });
  await pool.started;
  const jobs: ScriptedJob[] = [{ kind: "loop" }, { kind: "loop" }, ANSWER];
  const settled = Promise.allSettled(jobs.map((job) => pool.run(job, [], never())));
  pool[Symbol.dispose]();
  for (const result of await settled) {
    assert.equal(result.status, "rejected");
    if (result.status === "rejected") assert.equal(result.reason.code, "internal");
  }
  assert.equal(pool.queued, 0);
  assert.equal(workers.all.length, 2);
  assert.equal(workers.alive.length, 0);
  await assert.rejects(pool.run(ANSWER, [], never()), WORKER_DIED);
});

Deno.test("WorkerPool is broken when the workers that its first job starts cannot start", async () => {
  using pool = createScriptedPool({ starts: 0, startsWithFirstJob: true });
  assert.equal(pool.isBroken, false);
  await assert.rejects(pool.run(ANSWER, [], never()), WORKER_DIED);
  await assert.rejects(pool.started, /^Error: Cannot start worker: .*no start is left/);
  assert.equal(pool.isBroken, true);
});

Deno.test("WorkerPool[Symbol.dispose]() starts nothing any more where there was no job", async () => {
  using workers = recordWorkers();
  const pool = createScriptedPool({ startsWithFirstJob: true });
  pool[Symbol.dispose]();
  await assert.rejects(pool.run(ANSWER, [], never()), WORKER_DIED);
  assert.equal(workers.all.length, 0);
});
