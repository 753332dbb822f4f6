import assert from "node:assert/strict";
import { stopTime } from "../../testing/fake_clock.ts";
import { LargeGarbage } from "./large_garbage.ts";

const MIB = 1024 * 1024;

/** A thread's, and how often it was collected. */
function createTrial() {
  let collected = 0;
  return { garbage: new LargeGarbage(() => collected++), collected: () => collected };
}

Deno.test("LargeGarbage.leave() collects a dear image's memory before it resolves, in a turn of its own", async () => {
  const { garbage, collected } = createTrial();
  using clock = stopTime();
  const left = garbage.leave(200 * MIB);
  await Promise.resolve();
  assert.equal(collected(), 0);
  await clock.tick(1);
  await left;
  assert.equal(collected(), 1);
  assert.equal(clock.timers, 0);
});

Deno.test("LargeGarbage collects a photo's memory once the thread is idle, and not while more come", async () => {
  const { garbage, collected } = createTrial();
  using clock = stopTime();
  for (let photo = 0; photo < 3; photo++) {
    garbage.busy();
    await garbage.leave(80 * MIB);
    await clock.tick(900);
  }
  assert.equal(collected(), 0);
  await clock.tick(100);
  assert.equal(collected(), 1);
  await garbage.leave(MIB);
  assert.equal(clock.timers, 0);
});

Deno.test("LargeGarbage leaves what is under 16 MiB, and collects above 80 MiB at once", async () => {
  const { garbage, collected } = createTrial();
  using clock = stopTime();
  await garbage.leave(16 * MIB - 1);
  assert.equal(clock.timers, 0);
  await garbage.leave(16 * MIB);
  assert.equal(clock.timers, 1);
  garbage.busy();
  await garbage.leave(80 * MIB);
  await clock.tick(999);
  assert.equal(collected(), 0);
  await clock.tick(1);
  assert.equal(collected(), 1);
  const left = garbage.leave(80 * MIB + 1);
  await clock.tick(0);
  await left;
  assert.equal(collected(), 2);
});
