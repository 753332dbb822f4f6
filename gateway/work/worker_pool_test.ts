import assert from "node:assert/strict";
import { recordWorkers } from "../../testing/workers/recorded_workers.ts";
import {
  BegunJobs,
  createScriptedPool,
  GatedJob,
  never,
} from "../../testing/workers/scripted_pool.ts";
import type { ScriptedJob } from "../../testing/workers/scripted_worker.ts";

function answer(value: string): ScriptedJob {
  return { kind: "answer", value };
}

Deno.test("WorkerPool.run() answers with what the worker answered", async () => {
  using pool = createScriptedPool();
  await pool.started;
  assert.deepEqual(await pool.run(answer("yes"), [], never()), { order: 0, value: "yes" });
});

Deno.test("WorkerPool.run() begins jobs in order of arrival, also before its workers have started", async () => {
  using pool = createScriptedPool();
  const gated = new GatedJob();
  const jobs = [gated.job, answer("a"), answer("b"), answer("c")];
  const results = jobs.map((job) => pool.run(job, [], never()));
  assert.equal(pool.queued, 4);
  await pool.started;
  assert.equal(pool.queued, 3);
  gated.open();
  const values = (await Promise.all(results)).map(({ order, value }) => [order, value]);
  assert.deepEqual(values, [[0, undefined], [1, "a"], [2, "b"], [3, "c"]]);
  assert.equal(pool.queued, 0);
});

Deno.test("WorkerPool.run() runs as many jobs at once as there are workers", async () => {
  using pool = createScriptedPool({ workers: 3 });
  const meeting: ScriptedJob = { kind: "meet", arrived: new SharedArrayBuffer(4), count: 3 };
  await Promise.all([1, 2, 3].map(() => pool.run(meeting, [], never())));
});

Deno.test("WorkerPool.run() refuses a job more than the queue holds, and takes jobs again after", async () => {
  using pool = createScriptedPool({ queueMax: 2 });
  await pool.started;
  const gated = new GatedJob();
  const results = [gated.job, answer("a"), answer("b")].map((job) => pool.run(job, [], never()));
  await assert.rejects(pool.run(answer("c"), [], never()), {
    name: "GatewayError",
    code: "overloaded",
    message: "Cannot decode image as jobs in its queue must be ≤ 2",
  });
  gated.open();
  await Promise.all(results);
  assert.equal((await pool.run(answer("d"), [], never())).value, "d");
});

Deno.test("WorkerPool.run() takes a job out of the queue when its signal aborts, and only that", async () => {
  using pool = createScriptedPool({ queueMax: 2 });
  await pool.started;
  const gated = new GatedJob();
  const controller = new AbortController();
  const first = pool.run(gated.job, [], never());
  const dropped = pool.run(answer("a"), [], controller.signal);
  const kept = pool.run(answer("b"), [], never());
  const reason = new Error("client left");
  controller.abort(reason);
  await assert.rejects(dropped, reason);
  assert.equal(pool.queued, 1);
  const next = pool.run(answer("c"), [], never());
  gated.open();
  const results = await Promise.all([first, kept, next]);
  assert.deepEqual(results.map(({ order, value }) => [order, value]), [
    [0, undefined],
    [1, "b"],
    [2, "c"],
  ]);
});

Deno.test("WorkerPool.run() lets a job that runs settle by itself, since its slot is in use until then", async () => {
  using pool = createScriptedPool();
  await pool.started;
  const gated = new GatedJob();
  const controller = new AbortController();
  const result = pool.run(gated.job, [], controller.signal);
  controller.abort(new Error("client left"));
  gated.open();
  assert.deepEqual(await result, { order: 0 });
});

Deno.test("WorkerPool.run() never begins a job whose signal has aborted before", async () => {
  using pool = createScriptedPool();
  await pool.started;
  const reason = new Error("client left");
  await assert.rejects(pool.run(answer("a"), [], AbortSignal.abort(reason)), reason);
  assert.equal(pool.queued, 0);
  assert.equal((await pool.run(answer("b"), [], never())).order, 0);
});

Deno.test("WorkerPool.run() rejects with a job's own code and message, and keeps its worker", async () => {
  let replaced = 0;
  using pool = createScriptedPool({ onReplaced: () => replaced++ });
  const job: ScriptedJob = { kind: "fail", code: "unsupported_image", message: "Cannot decode it" };
  await assert.rejects(pool.run(job, [], never()), {
    name: "GatewayError",
    code: "unsupported_image",
    message: "Cannot decode it",
  });
  assert.equal((await pool.run(answer("next"), [], never())).value, "next");
  assert.equal(replaced, 0);
});

Deno.test("WorkerPool.run() moves buffers to the worker as the job begins", async () => {
  using pool = createScriptedPool();
  await pool.started;
  const gated = new GatedJob();
  const first = pool.run(gated.job, [], never());
  const bytes = new Uint8Array(10);
  const second = pool.run({ kind: "answer", value: "a", bytes }, [bytes.buffer], never());
  assert.equal(bytes.length, 10);
  gated.open();
  await Promise.all([first, second]);
  assert.equal(bytes.length, 0);
});

Deno.test("WorkerPool.run() rejects a job that cannot be sent, and goes on with the next", async () => {
  using pool = createScriptedPool();
  await pool.started;
  const gated = new GatedJob();
  const bytes = new Uint8Array(10);
  const job: ScriptedJob = { kind: "answer", value: "a", bytes };
  const first = pool.run(gated.job, [], never());
  const sent = pool.run(job, [bytes.buffer], never());
  const sentTwice = pool.run(job, [bytes.buffer], never());
  const next = pool.run(answer("b"), [], never());
  gated.open();
  await assert.rejects(sentTwice, { name: "DataCloneError" });
  const results = await Promise.all([first, sent, next]);
  assert.deepEqual(results.map(({ order }) => order), [0, 1, 2]);
  await assert.rejects(pool.run(job, [bytes.buffer], never()), { name: "DataCloneError" });
  assert.equal((await pool.run(answer("c"), [], never())).order, 3);
});

Deno.test("WorkerPool starts its workers with the first job where it is told to, and only once", async () => {
  using workers = recordWorkers();
  using pool = createScriptedPool({ workers: 2, startsWithFirstJob: true });
  await assert.rejects(pool.run(answer("left"), [], AbortSignal.abort(new Error("client left"))));
  assert.equal(workers.all.length, 0);
  assert.equal(pool.queued, 0);
  assert.equal(pool.isBroken, false);
  const results = ["a", "b", "c"].map((value) => pool.run(answer(value), [], never()));
  assert.equal(pool.queued, 3);
  await pool.started;
  const values = (await Promise.all(results)).map(({ value }) => value);
  assert.deepEqual(values, ["a", "b", "c"]);
  assert.equal(workers.all.length, 2);
});

Deno.test("WorkerPool has a spare worker for a short job while long ones hold the others, and for no long one", async () => {
  const begun = new BegunJobs();
  using pool = createScriptedPool({
    startsWithFirstJob: true,
    begun: begun.buffer,
    isLong: ({ kind }) => kind === "wait",
  });
  const long = [new GatedJob(), new GatedJob()];
  const results = long.map(({ job }) => pool.run(job, [], never()));
  await begun.reach(1);
  assert.equal((await pool.run(answer("short"), [], never())).value, "short");
  assert.equal((await pool.run(answer("again"), [], never())).value, "again");
  assert.equal(pool.queued, 1);
  for (const gated of long) gated.open();
  const orders = (await Promise.all(results)).map(({ order }) => order);
  assert.deepEqual(orders, [0, 3]);
});

Deno.test("WorkerPool has no spare worker where no job is long", async () => {
  using recorded = recordWorkers();
  const begun = new BegunJobs();
  using pool = createScriptedPool({ begun: begun.buffer, isLong: () => false });
  const gated = new GatedJob();
  const results = [gated.job, answer("short")].map((job) => pool.run(job, [], never()));
  await begun.reach(1);
  assert.equal(pool.queued, 1);
  gated.open();
  await Promise.all(results);
  assert.equal(recorded.all.length, 1);
});
