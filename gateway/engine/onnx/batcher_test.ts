import assert from "node:assert/strict";
import { stopTime } from "../../../testing/fake_clock.ts";
import { install } from "../../../testing/fake_timers.ts";
import fc from "../../../testing/fast_check.ts";
import { Deadline } from "../../work/deadline.ts";
import { Batcher, type BatcherOptions } from "./batcher.ts";

type Options = Partial<BatcherOptions<number, number>>;

/** Batches that were run, each held until the test lets it finish. */
class HeldRuns {
  readonly batches: (readonly number[])[] = [];
  readonly #finish: PromiseWithResolvers<readonly number[]>[] = [];

  readonly run = (items: readonly number[]): Promise<readonly number[]> => {
    const finish = Promise.withResolvers<readonly number[]>();
    this.batches.push([...items]);
    this.#finish.push(finish);
    return finish.promise;
  };

  /** Lets the oldest run give its items times ten, or what is told. */
  finish(results?: readonly number[]): void {
    const items = this.batches[this.batches.length - this.#finish.length] ?? [];
    this.#finish.shift()?.resolve(results ?? items.map((item) => item * 10));
  }

  fail(error: Error): void {
    this.#finish.shift()?.reject(error);
  }
}

function batcherOf(runs: HeldRuns, options: Options = {}): Batcher<number, number> {
  return new Batcher({ batchMax: 3, delayMsMax: 0, runsMax: 1, run: runs.run, ...options });
}

/** A deadline for tests in which time stands still or plays no part. */
function deadlineIn(timeoutMs: number): Deadline {
  return new Deadline({ timeoutMs });
}

Deno.test("Batcher.add() batches what is added in a row, at once where there is no delay", async () => {
  using clock = stopTime();
  using deadline = deadlineIn(5_000);
  const runs = new HeldRuns();
  using batcher = batcherOf(runs);
  const results = [1, 2].map((item) => batcher.add(item, deadline));
  assert.equal(batcher.queued, 2);
  await clock.tick(0);
  assert.deepEqual(runs.batches, [[1, 2]]);
  assert.equal(batcher.queued, 0);
  runs.finish();
  assert.deepEqual((await Promise.all(results)).map(({ result }) => result), [10, 20]);
});

Deno.test("Batcher.add() fills a batch up to its size and leaves the rest to the next", async () => {
  using clock = stopTime();
  using deadline = deadlineIn(5_000);
  const runs = new HeldRuns();
  using batcher = batcherOf(runs, { delayMsMax: 50 });
  const results = [1, 2, 3, 4].map((item) => batcher.add(item, deadline));
  await clock.tick(0);
  assert.deepEqual(runs.batches, [[1, 2, 3]]);
  runs.finish();
  await clock.tick(49);
  assert.equal(runs.batches.length, 1);
  await clock.tick(1);
  assert.deepEqual(runs.batches, [[1, 2, 3], [4]]);
  runs.finish();
  assert.deepEqual((await Promise.all(results)).map(({ result }) => result), [10, 20, 30, 40]);
});

Deno.test("Batcher.add() waits as long as the oldest item may, for others to come", async () => {
  using clock = stopTime();
  using deadline = deadlineIn(5_000);
  const runs = new HeldRuns();
  using batcher = batcherOf(runs, { delayMsMax: 50 });
  const results = [batcher.add(1, deadline)];
  await clock.tick(30);
  results.push(batcher.add(2, deadline));
  await clock.tick(19);
  assert.deepEqual(runs.batches, []);
  await clock.tick(1);
  assert.deepEqual(runs.batches, [[1, 2]]);
  await clock.tick(7);
  runs.finish();
  const [first, second] = await Promise.all(results);
  assert.deepEqual(first, { result: 10, queueMs: 50, runMs: 7, batchSize: 2 });
  assert.deepEqual(second, { result: 20, queueMs: 20, runMs: 7, batchSize: 2 });
});

Deno.test("Batcher.add() waits no longer than half of what the most urgent item has left", async () => {
  using clock = stopTime();
  using calm = deadlineIn(5_000);
  using urgent = deadlineIn(20);
  const runs = new HeldRuns();
  using batcher = batcherOf(runs, { delayMsMax: 500 });
  const results = [batcher.add(1, calm), batcher.add(2, urgent)];
  await clock.tick(9);
  assert.deepEqual(runs.batches, []);
  await clock.tick(1);
  assert.deepEqual(runs.batches, [[1, 2]]);
  runs.finish();
  await Promise.all(results);
});

Deno.test("Batcher collects the next batch while one runs, and runs no more than it may", async () => {
  using clock = stopTime();
  using deadline = deadlineIn(5_000);
  const runs = new HeldRuns();
  using batcher = batcherOf(runs, { runsMax: 2, batchMax: 2 });
  const results = [1, 2, 3, 4, 5, 6, 7].map((item) => batcher.add(item, deadline));
  await clock.tick(0);
  assert.deepEqual(runs.batches, [[1, 2], [3, 4]]);
  assert.equal(batcher.queued, 3);
  runs.finish();
  await clock.tick(0);
  assert.deepEqual(runs.batches.at(-1), [5, 6]);
  runs.finish();
  runs.finish();
  await clock.tick(0);
  assert.deepEqual(runs.batches.at(-1), [7]);
  runs.finish();
  const values = (await Promise.all(results)).map(({ result }) => result);
  assert.deepEqual(values, [10, 20, 30, 40, 50, 60, 70]);
});

Deno.test("Batcher.add() drops an item whose deadline passed while it waited", async () => {
  using clock = stopTime();
  using short = deadlineIn(100);
  using long = deadlineIn(5_000);
  const runs = new HeldRuns();
  using batcher = batcherOf(runs);
  const first = batcher.add(1, long);
  await clock.tick(0);
  const dropped = assert.rejects(batcher.add(2, short), { code: "deadline_exceeded" });
  const kept = batcher.add(3, long);
  await clock.tick(100);
  await dropped;
  assert.equal(batcher.queued, 1);
  runs.finish();
  await clock.tick(0);
  assert.deepEqual(runs.batches, [[1], [3]]);
  runs.finish();
  await Promise.all([first, kept]);
});

Deno.test("Batcher.add() drops an item whose deadline passed though its timer has not run yet", async () => {
  // A busy event loop: time goes on, timers wait.
  const clock = install({ toFake: ["performance"] });
  try {
    using short = deadlineIn(4_000);
    using long = deadlineIn(5_000);
    const runs = new HeldRuns();
    using batcher = batcherOf(runs);
    const dropped = assert.rejects(batcher.add(1, short), { code: "deadline_exceeded" });
    const kept = batcher.add(2, long);
    clock.tick(4_000);
    await dropped;
    assert.deepEqual(runs.batches, [[2]]);
    runs.finish();
    assert.equal((await kept).result, 20);
  } finally {
    clock.uninstall();
  }
});

Deno.test("Batcher.add() drops an item whose client left, and refuses one that has left already", async () => {
  const client = new AbortController();
  using gone = new Deadline({ timeoutMs: 5_000, clientSignal: client.signal });
  using deadline = deadlineIn(5_000);
  const runs = new HeldRuns();
  using batcher = batcherOf(runs);
  const dropped = batcher.add(1, gone);
  const kept = batcher.add(2, deadline);
  client.abort();
  await assert.rejects(dropped, { code: "client_closed" });
  await assert.rejects(batcher.add(3, gone), { code: "client_closed" });
  assert.deepEqual(runs.batches, [[2]]);
  runs.finish();
  await kept;
});

Deno.test("Batcher.add() gives the result of an item whose client left while its batch ran", async () => {
  const client = new AbortController();
  using deadline = new Deadline({ timeoutMs: 5_000, clientSignal: client.signal });
  const runs = new HeldRuns();
  using batcher = batcherOf(runs);
  const result = batcher.add(1, deadline);
  await Promise.resolve();
  client.abort();
  runs.finish();
  assert.equal((await result).result, 10);
});

Deno.test("Batcher.add() fails every item of a batch that fails, and no other", async () => {
  using clock = stopTime();
  using deadline = deadlineIn(5_000);
  const runs = new HeldRuns();
  using batcher = batcherOf(runs);
  const outcomes = Promise.allSettled([1, 2, 3, 4].map((item) => batcher.add(item, deadline)));
  await clock.tick(0);
  const failure = new Error("model failed");
  runs.fail(failure);
  await clock.tick(0);
  runs.finish();
  const reasons = (await outcomes).map((outcome) =>
    outcome.status === "rejected" ? outcome.reason : outcome.value.result
  );
  assert.deepEqual(reasons, [failure, failure, failure, 40]);
});

Deno.test("Batcher.add() fails a batch with fewer or more results than items", async () => {
  using deadline = deadlineIn(5_000);
  for (const results of [[10], [10, 20, 30]]) {
    const runs = new HeldRuns();
    using batcher = batcherOf(runs);
    const outcomes = Promise.allSettled([1, 2].map((item) => batcher.add(item, deadline)));
    await Promise.resolve();
    runs.finish(results);
    for (const outcome of await outcomes) {
      assert.ok(outcome.status === "rejected");
      assert.match(
        String(outcome.reason),
        new RegExp(`must give 2 results: it gave ${results.length}`),
      );
    }
  }
});

Deno.test("Batcher[Symbol.dispose]() rejects what waits, lets the running batch finish and takes no more", async () => {
  using clock = stopTime();
  using deadline = deadlineIn(5_000);
  const runs = new HeldRuns();
  const batcher = batcherOf(runs, { batchMax: 1, delayMsMax: 50 });
  const running = batcher.add(1, deadline);
  await clock.tick(0);
  const waiting = assert.rejects(batcher.add(2, deadline), /the batcher is closed/);
  batcher[Symbol.dispose]();
  await waiting;
  await assert.rejects(batcher.add(3, deadline), /the batcher is closed/);
  runs.finish();
  assert.equal((await running).result, 10);
  await clock.tick(100);
  assert.deepEqual(runs.batches, [[1]]);
  assert.equal(clock.timers, 1, "but for the deadline's, no timer is left");
});

Deno.test("Batcher gives every item its own result, once, in batches that are never too large", async () => {
  const sizes = fc.record({
    items: fc.integer({ min: 0, max: 40 }),
    batchMax: fc.integer({ min: 1, max: 9 }),
  });
  await fc.assert(fc.asyncProperty(sizes, async ({ items, batchMax }) => {
    const batches: number[] = [];
    using deadline = deadlineIn(5_000);
    using batcher = new Batcher<number, number>({
      batchMax,
      delayMsMax: 0,
      runsMax: 2,
      run: (batch) => {
        batches.push(batch.length);
        return Promise.resolve(batch.map((item) => -item));
      },
    });
    const numbers = Array.from({ length: items }, (_, index) => index + 1);
    const results = await Promise.all(numbers.map((item) => batcher.add(item, deadline)));
    assert.deepEqual(results.map(({ result }) => result), numbers.map((item) => -item));
    assert.ok(batches.every((size) => size <= batchMax));
    assert.equal(batches.length, Math.ceil(items / batchMax));
  }));
});
