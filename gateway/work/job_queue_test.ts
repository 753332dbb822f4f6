import assert from "node:assert/strict";
import { stopTime } from "../../testing/fake_clock.ts";
import { JobQueue, type JobQueueOptions } from "./job_queue.ts";

/** A queue of jobs that are numbers. */
function createQueue(options: JobQueueOptions<number>, jobs: readonly number[] = []) {
  const queue = new JobQueue<number, { readonly job: number; readonly since: number }>(options);
  const add = (job: number) => queue.add({ job, since: performance.now() });
  jobs.forEach(add);
  const take = () => queue.next()?.entry.job;
  return { queue, add, take };
}

Deno.test("JobQueue.next() gives jobs in order of arrival", () => {
  const { take } = createQueue({}, [1, 2, 3]);
  assert.deepEqual([take(), take(), take(), take()], [1, 2, 3, undefined]);
});

Deno.test("JobQueue.next() passes over a job that does not get what it needs, and keeps it", () => {
  let room = 5;
  const { queue } = createQueue({
    take: (job) => {
      if (job > room) return undefined;
      room -= job;
      return { [Symbol.dispose]: () => room += job };
    },
  }, [9, 4, 3, 1]);
  const first = queue.next();
  assert.deepEqual([first?.entry.job, room], [4, 1]);
  assert.equal(queue.next()?.entry.job, 1);
  assert.equal(queue.next(), undefined);
  assert.equal(queue.length, 2);
  first?.held[Symbol.dispose]();
  assert.equal(queue.next()?.entry.job, 3);
  room = 9;
  assert.equal(queue.next()?.entry.job, 9);
});

Deno.test("JobQueue.hasTimeFor() bounds what jobs will take in sum, but lets one wait whatever it takes", () => {
  const { queue, add, take } = createQueue({ costMs: (job) => job, queueMsMax: 10 });
  assert.equal(queue.hasTimeFor(99), true);
  [6, 3].forEach(add);
  assert.deepEqual([queue.hasTimeFor(1), queue.hasTimeFor(2)], [true, false]);
  take();
  assert.equal(queue.hasTimeFor(2), true);
});

Deno.test("JobQueue.next() gives the newest first while the oldest has waited too long", async () => {
  using clock = stopTime();
  const { add, take } = createQueue({ newestFirstAfterMs: 500 }, [1, 2]);
  await clock.tick(400);
  add(3);
  assert.equal(take(), 1);
  add(4);
  await clock.tick(101);
  assert.deepEqual([take(), take()], [4, 3]);
  add(5);
  assert.deepEqual([take(), take(), take()], [5, 2, undefined]);
});
