import assert from "node:assert/strict";
import { type FakeClock, stopTime } from "../../testing/fake_clock.ts";
import { ConcurrencyLimit } from "./concurrency_limit.ts";

const OPTIONS = { min: 16, max: 256, latencyMsMax: 250 };

/** One window of requests that took so long, with or without demand for more. */
async function window(
  limit: ConcurrencyLimit,
  clock: FakeClock,
  latencyMs: number,
  isReached: boolean,
): Promise<void> {
  if (isReached) limit.isReached(limit.current);
  await clock.tick(100);
  for (let sample = 0; sample < 10; sample++) limit.sample(latencyMs);
}

Deno.test("ConcurrencyLimit begins where nobody is late, and below its maximum", () => {
  assert.equal(new ConcurrencyLimit(OPTIONS).current, 64);
  assert.equal(new ConcurrencyLimit({ ...OPTIONS, max: 2 }).current, 2);
});

Deno.test("ConcurrencyLimit.isReached() is true from the limit on", () => {
  const limit = new ConcurrencyLimit(OPTIONS);
  assert.deepEqual([63, 64, 65].map((working) => limit.isReached(working)), [false, true, true]);
});

Deno.test("ConcurrencyLimit grows by its root while there is demand in time, up to its maximum", async () => {
  using clock = stopTime();
  const limit = new ConcurrencyLimit(OPTIONS);
  await window(limit, clock, 250, true);
  assert.equal(limit.current, 72);
  for (let round = 0; round < 30; round++) await window(limit, clock, 10, true);
  assert.equal(limit.current, 256);
});

Deno.test("ConcurrencyLimit stays where it is without demand", async () => {
  using clock = stopTime();
  const limit = new ConcurrencyLimit(OPTIONS);
  await window(limit, clock, 10, false);
  assert.equal(limit.current, 64);
});

Deno.test("ConcurrencyLimit falls in proportion to lateness, by a half at most, and not below its minimum", async () => {
  using clock = stopTime();
  const limit = new ConcurrencyLimit(OPTIONS);
  await window(limit, clock, 251, true);
  assert.equal(limit.current, 60);
  await window(limit, clock, 400, true);
  assert.equal(limit.current, 38);
  await window(limit, clock, 10_000, true);
  assert.equal(limit.current, 19);
  await window(limit, clock, 10_000, true);
  assert.equal(limit.current, 16);
});

Deno.test("ConcurrencyLimit never exceeds a maximum below its minimum", async () => {
  using clock = stopTime();
  const limit = new ConcurrencyLimit({ ...OPTIONS, max: 3 });
  await window(limit, clock, 10_000, true);
  assert.equal(limit.current, 3);
});

Deno.test("ConcurrencyLimit waits for ten samples and a tenth of a second", async () => {
  using clock = stopTime();
  const limit = new ConcurrencyLimit(OPTIONS);
  for (let sample = 0; sample < 100; sample++) limit.sample(1000);
  assert.equal(limit.current, 64);
  await clock.tick(99);
  limit.sample(1000);
  assert.equal(limit.current, 64);
  await clock.tick(1);
  limit.sample(1000);
  assert.equal(limit.current, 32);
  await clock.tick(1000);
  for (let sample = 0; sample < 9; sample++) limit.sample(1000);
  assert.equal(limit.current, 32);
  limit.sample(1000);
  assert.equal(limit.current, 16);
});
