import assert from "node:assert/strict";
import { WorkerState } from "./worker_state.ts";

/** Both sides of one word. */
function createSides() {
  const pool = new WorkerState();
  return { pool, worker: new WorkerState(pool.buffer) };
}

Deno.test("WorkerState.tryEnd() ends a worker that is idle or runs, once", () => {
  for (const begin of [false, true]) {
    const { pool, worker } = createSides();
    if (begin) worker.begin(false);
    assert.equal(pool.isBusy, begin);
    assert.equal(pool.tryEnd(), true);
    assert.equal(pool.isBusy, false);
  }
});

Deno.test("WorkerState.tryEnd() does not end a worker within a held call, and does behind it", () => {
  const { pool, worker } = createSides();
  worker.begin(false);
  const result = worker.hold(() => {
    assert.equal(pool.isBusy, true);
    return pool.tryEnd();
  });
  assert.equal(result, false);
  assert.equal(pool.tryEnd(), true);
});

Deno.test("WorkerState.hold() begins nothing once the worker was given up", () => {
  const { pool, worker } = createSides();
  worker.begin(false);
  assert.equal(pool.tryEnd(), true);
  assert.throws(() => worker.hold(() => assert.fail("begun")), /gave this worker up/);
  worker.finish();
  assert.throws(() => worker.begin(false), /gave this worker up/);
});

Deno.test("WorkerState.begin() holds a job as a whole where it is native, and counts it", () => {
  const { pool, worker } = createSides();
  worker.begin(true);
  assert.equal(worker.hold(() => 7), 7);
  assert.equal(pool.tryEnd(), false);
  assert.equal(pool.begun, 1);
  worker.finish();
  assert.equal(pool.isBusy, false);
});

Deno.test("WorkerState.hold() leaves its worker able to be ended when the work throws", () => {
  const { pool, worker } = createSides();
  worker.begin(false);
  assert.throws(() =>
    worker.hold(() => {
      throw new Error("no");
    }), /^Error: no$/);
  assert.equal(pool.tryEnd(), true);
});
