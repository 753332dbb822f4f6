import assert from "node:assert/strict";
import { type FakeClock, stopTime } from "../../testing/fake_clock.ts";
import { type Upload, Uploads } from "./uploads.ts";

const LIMITS = {
  idleMsMax: 1000,
  bytesPerSecondMin: 100,
  totalMsMax: 60_000,
  slowMax: 2,
  isRoomShort: () => false,
};

/** An upload, and what became of it. */
interface Trial {
  readonly upload: Upload;
  readonly uploader: { slowUploads: number; isSlow: boolean; setSlow(): void };
  code: string | undefined;
  message: string;
}

function begin(uploads: Uploads, slowUploads = 0): Trial {
  const uploader = {
    slowUploads,
    isSlow: false,
    setSlow() {
      this.isSlow = true;
    },
  };
  const upload = uploads.begin(
    uploader,
    ({ code, message }) => Object.assign(trial, { code, message }),
  );
  const trial: Trial = { upload, uploader, code: undefined, message: "" };
  return trial;
}

/** Lets seconds pass in which uploads gain so many bytes every tenth. */
async function pass(
  clock: FakeClock,
  seconds: number,
  ...gains: readonly [Trial, number][]
): Promise<void> {
  for (let tenth = 0; tenth < seconds * 10; tenth++) {
    await clock.tick(100);
    for (const [{ upload }, bytes] of gains) upload.add(bytes);
  }
}

Deno.test("Uploads lets a body be that arrives at the least rate, up to its time in all", async () => {
  using clock = stopTime();
  using uploads = new Uploads(LIMITS);
  const trial = begin(uploads);
  trial.upload.add(100);
  await pass(clock, 59.9, [trial, 10]);
  assert.equal(trial.code, undefined);
  await pass(clock, 0.1, [trial, 10]);
  assert.equal(trial.code, "body_timeout");
  assert.equal(trial.message, "Cannot read body as its milliseconds must be ≤ 60000");
});

Deno.test("Uploads judges the rate anew: a body that came fast and then crawls is given up", async () => {
  using clock = stopTime();
  using uploads = new Uploads(LIMITS);
  const trial = begin(uploads);
  trial.upload.add(1_000_000);
  await pass(clock, 1.9, [trial, 1]);
  assert.equal(trial.code, undefined);
  await pass(clock, 0.2, [trial, 1]);
  assert.equal(trial.code, "body_timeout");
  assert.equal(trial.message, "Cannot read body as its bytes a second must be ≥ 100");
});

Deno.test("Uploads gives up a body that arrives at less, once the idle time is over", async () => {
  using clock = stopTime();
  using uploads = new Uploads(LIMITS);
  const trial = begin(uploads);
  await pass(clock, 0.9, [trial, 1]);
  assert.equal(trial.code, undefined);
  await pass(clock, 0.2, [trial, 1]);
  assert.equal(trial.code, "body_timeout");
  assert.equal(trial.message, "Cannot read body as its bytes a second must be ≥ 100");
});

Deno.test("Uploads gives up a body of which nothing more arrives, whatever its rate was", async () => {
  using clock = stopTime();
  using uploads = new Uploads(LIMITS);
  const trial = begin(uploads);
  await pass(clock, 0.2, [trial, 1_000_000]);
  await clock.tick(950);
  assert.equal(trial.code, undefined);
  await clock.tick(100);
  assert.equal(trial.code, "body_timeout");
  assert.match(trial.message, /milliseconds without any of it must be ≤ 1000$/);
});

Deno.test("Uploads tells slow bodies from those that are there at once", async () => {
  using clock = stopTime();
  using uploads = new Uploads(LIMITS);
  const quick = begin(uploads);
  const slow = begin(uploads);
  await clock.tick(99);
  quick.upload[Symbol.dispose]();
  await clock.tick(1);
  assert.deepEqual([quick.uploader.isSlow, slow.uploader.isSlow], [false, true]);
});

Deno.test("Uploads gives up the slowest of one too many", async () => {
  using clock = stopTime();
  using uploads = new Uploads(LIMITS);
  const trials = [begin(uploads), begin(uploads), begin(uploads)];
  trials.forEach(({ upload }, index) => upload.add([30, 10, 20][index] as number));
  await clock.tick(100);
  assert.deepEqual(trials.map(({ code }) => code), [undefined, "body_timeout", undefined]);
  assert.equal(
    trials[1]?.message,
    "Cannot wait for body as bodies that arrive slowly must be ≤ 2",
  );
});

Deno.test("Uploads gives up what is not there when the gateway is about to end", async () => {
  using clock = stopTime();
  using uploads = new Uploads(LIMITS);
  const trial = begin(uploads);
  uploads.endWithin(500);
  await pass(clock, 0.4, [trial, 1000]);
  assert.equal(trial.code, undefined);
  uploads.endWithin(500);
  await pass(clock, 0.2, [trial, 1000]);
  assert.equal(trial.code, "draining");
});

Deno.test("Uploads gives up those of the client that has most, before slower ones of others", async () => {
  using clock = stopTime();
  using uploads = new Uploads(LIMITS);
  const [modest, greedy, greedyToo] = [begin(uploads, 1), begin(uploads, 2), begin(uploads, 2)];
  greedy.upload.add(1000);
  greedyToo.upload.add(2000);
  await clock.tick(100);
  assert.deepEqual([modest.code, greedy.code, greedyToo.code], [
    undefined,
    "body_timeout",
    undefined,
  ]);
});

Deno.test("Uploads gives up what has held most for longest while room is short, one a look", async () => {
  using clock = stopTime();
  let isRoomShort = false;
  using uploads = new Uploads({ ...LIMITS, slowMax: 8, isRoomShort: () => isRoomShort });
  const held = begin(uploads);
  held.upload.add(1_000_000);
  await pass(clock, 1, [held, 1000]);
  const [fast, crawling] = [begin(uploads), begin(uploads)];
  await pass(clock, 0.5, [held, 1000], [fast, 200_000], [crawling, 10]);
  const codes = () => [held, fast, crawling].map(({ code }) => code);
  isRoomShort = true;
  await clock.tick(50);
  assert.deepEqual(codes(), ["body_timeout", undefined, undefined]);
  assert.match(held.message, /the room for bodies is used up$/);
  isRoomShort = false;
  await clock.tick(50);
  assert.deepEqual(codes(), ["body_timeout", undefined, undefined]);
  isRoomShort = true;
  await clock.tick(50);
  assert.deepEqual(codes(), ["body_timeout", "body_timeout", undefined]);
  await clock.tick(50);
  assert.equal(crawling.code, undefined, "alone");
});

Deno.test("Uploads does not count time in which the thread could not read", async () => {
  using clock = stopTime();
  using uploads = new Uploads(LIMITS);
  const trials = [begin(uploads), begin(uploads), begin(uploads)];
  for (let turn = 0; turn < 10; turn++) {
    clock.hold(5000);
    await clock.tick(0);
  }
  assert.deepEqual(trials.map(({ uploader }) => uploader.isSlow), [true, true, true]);
  assert.deepEqual(trials.map(({ code }) => code), [undefined, undefined, undefined]);
  await clock.tick(100);
  assert.deepEqual(trials.map(({ code }) => code), ["body_timeout", undefined, undefined]);
});

Deno.test("Uploads ends its timer once there is nothing to look at", async () => {
  using clock = stopTime();
  using uploads = new Uploads(LIMITS);
  const trial = begin(uploads);
  assert.equal(clock.timers, 1);
  trial.upload[Symbol.dispose]();
  await clock.tick(50);
  assert.equal(clock.timers, 0);
  begin(uploads);
  assert.equal(clock.timers, 1);
});
