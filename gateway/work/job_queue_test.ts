import assert from "node:assert/strict";
import { stopTime } from "../../testing/fake_clock.ts";
import { JobQueue, type JobQueueOptions } from "./job_queue.ts";

/** A job of a client, named by both, that takes so many milliseconds. */
interface TestJob {
  readonly client: string;
  readonly ms: number;
}

/** A queue of jobs, each written as its client and its milliseconds. */
function createQueue(options: JobQueueOptions<TestJob> = {}, jobs: readonly string[] = []) {
  const queue = new JobQueue<TestJob, { readonly job: TestJob; readonly since: number }>({
    clientOf: ({ client }) => client,
    costMs: ({ ms }) => ms,
    ...options,
  });
  const jobOf = (text: string): TestJob => {
    const [client = "", ms] = text.split(" ");
    return { client, ms: Number(ms) };
  };
  const add = (text: string) => {
    const entry = { job: jobOf(text), since: performance.now() };
    queue.add(entry);
    return entry;
  };
  jobs.forEach(add);
  const take = (mayRun?: (job: TestJob) => boolean) => {
    const job = queue.next(mayRun)?.entry.job;
    return job && `${job.client} ${job.ms}`;
  };
  const takeAll = () => Array.from({ length: queue.length }, () => take());
  const hasTimeFor = (text: string) => queue.hasTimeFor(jobOf(text));
  return { queue, add, take, takeAll, hasTimeFor };
}

const times = (count: number, job: string) => Array<string>(count).fill(job);

Deno.test("JobQueue.next() gives one client's jobs in order of arrival, dear or not", () => {
  const { take } = createQueue({}, ["a 1", "a 900", "a 2"]);
  assert.deepEqual([take(), take(), take(), take()], ["a 1", "a 900", "a 2", undefined]);
});

Deno.test("JobQueue.next() has a client with dear jobs wait behind its own, not those who come later", () => {
  const { take, takeAll, add } = createQueue({}, times(40, "greedy 600"));
  assert.equal(take(), "greedy 600");
  const photos = times(20, "modest 5");
  photos.forEach(add);
  assert.deepEqual(takeAll().slice(0, 21), [...photos, "greedy 600"]);
});

Deno.test("JobQueue.next() gives clients that wait an equal part of the time, whatever their jobs take", () => {
  const { takeAll } = createQueue({}, [...times(10, "a 100"), ...times(100, "b 10")]);
  const first = takeAll().slice(0, 55);
  assert.equal(first.filter((job) => job === "a 100").length, 5);
  assert.equal(first.filter((job) => job === "b 10").length, 50);
});

Deno.test("JobQueue.next() gives no client more for asking one at a time", () => {
  const { add, take } = createQueue({}, times(30, "patient 100"));
  let [own, isWaiting] = [0, false];
  for (let turn = 0; turn < 20; turn++) {
    if (!isWaiting) add("one_by_one 100");
    isWaiting = take() !== "one_by_one 100";
    if (!isWaiting) own++;
  }
  assert.equal(own, 10);
});

Deno.test("JobQueue.next() gives nobody a credit for having been away", () => {
  const { add, take, takeAll } = createQueue({}, ["late 10", ...times(100, "busy 10")]);
  for (let turn = 0; turn < 51; turn++) take();
  times(10, "late 10").forEach(add);
  const first = takeAll().slice(0, 20);
  assert.equal(first.filter((job) => job === "late 10").length, 10);
  assert.deepEqual(new Set(first.slice(0, 4)), new Set(["busy 10", "late 10"]));
});

Deno.test("JobQueue.next() passes over a job that does not get what it needs, and keeps it", () => {
  let room = 5;
  const { queue } = createQueue({
    take: ({ ms }) => {
      if (ms > room) return undefined;
      room -= ms;
      return { [Symbol.dispose]: () => room += ms };
    },
  }, ["a 9", "a 4", "b 3", "a 1"]);
  const first = queue.next();
  assert.deepEqual([first?.entry.job.ms, room], [4, 1]);
  assert.equal(queue.next()?.entry.job.ms, 1);
  assert.equal(queue.next(), undefined);
  assert.equal(queue.length, 2);
  first?.held[Symbol.dispose]();
  assert.equal(queue.next()?.entry.job.ms, 3);
  room = 9;
  assert.equal(queue.next()?.entry.job.ms, 9);
});

Deno.test("JobQueue.next() takes nothing for a job that there is no worker for", () => {
  const { queue, take } = createQueue({}, ["a 200", "b 300", "b 3"]);
  const isShort = ({ ms }: TestJob) => ms < 100;
  assert.equal(queue.hasAny(isShort), true);
  assert.equal(take(isShort), "b 3");
  assert.deepEqual([queue.hasAny(isShort), take(isShort), queue.length], [false, undefined, 2]);
});

Deno.test("JobQueue.hasTimeFor() bounds what a client's jobs will take by its part, but lets each have one", () => {
  const { add, take, hasTimeFor } = createQueue({ queueMsMax: 10 });
  assert.equal(hasTimeFor("a 99"), true);
  ["a 6", "a 3"].forEach(add);
  assert.deepEqual([hasTimeFor("a 1"), hasTimeFor("a 2")], [true, false]);
  assert.equal(hasTimeFor("b 99"), true);
  add("b 4");
  assert.deepEqual([hasTimeFor("b 1"), hasTimeFor("b 2")], [true, false]);
  assert.equal(hasTimeFor("a 1"), false);
  [take(), take(), take()];
  assert.equal(hasTimeFor("a 2"), true);
});

Deno.test("JobQueue.remove() takes a job out, and what it would have taken", () => {
  const { queue, add, take, hasTimeFor } = createQueue({ queueMsMax: 10 }, ["a 1"]);
  const left = add("a 8");
  assert.deepEqual([hasTimeFor("a 2"), queue.remove(left), queue.remove(left)], [
    false,
    true,
    false,
  ]);
  assert.deepEqual([hasTimeFor("a 2"), queue.length, take(), take()], [true, 1, "a 1", undefined]);
});

Deno.test("JobQueue.next() gives a client's newest first while its oldest has waited too long, and only that one's", async () => {
  using clock = stopTime();
  const { add, take } = createQueue({ newestFirstAfterMs: 500 }, ["a 1", "a 2"]);
  await clock.tick(400);
  add("a 3");
  assert.equal(take(), "a 1");
  add("a 4");
  await clock.tick(101);
  ["b 50", "b 51"].forEach(add);
  assert.deepEqual([take(), take(), take()], ["b 50", "a 4", "a 3"]);
  add("a 5");
  assert.deepEqual([take(), take(), take(), take()], ["a 5", "a 2", "b 51", undefined]);
});
