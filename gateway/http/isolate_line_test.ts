import assert from "node:assert/strict";
import { stopTime } from "../../testing/fake_clock.ts";
import { createAdmissionCounters, releaseIsolate } from "./admission_counters.ts";
import { IsolateLine } from "./isolate_line.ts";

/** The line of three isolates. */
function createLines() {
  const counters = createAdmissionCounters(3);
  const lines = [0, 1, 2].map((isolate) => new IsolateLine(counters, "dear", isolate));
  return { counters, lines: lines as [IsolateLine, IsolateLine, IsolateLine] };
}

Deno.test("IsolateLine.isFirst is true for whoever has waited longest, and for nobody else while it waits", async () => {
  using clock = stopTime();
  // Nobody has waited since 1970.
  await clock.tick(1);
  const { lines } = createLines();
  const [one, two, three] = lines;
  assert.deepEqual(lines.map(({ isFirst }) => isFirst), [true, true, true]);
  two.wait();
  await clock.tick(10);
  one.wait();
  two.wait();
  assert.deepEqual(lines.map(({ isFirst }) => isFirst), [false, true, false]);
  two.leave();
  assert.deepEqual(lines.map(({ isFirst }) => isFirst), [true, false, false]);
  await clock.tick(10);
  two.wait();
  three.wait();
  assert.deepEqual(lines.map(({ isFirst }) => isFirst), [true, false, false]);
  one.leave();
  assert.deepEqual(lines.map(({ isFirst }) => isFirst), [false, true, false]);
});

Deno.test("IsolateLine forgets an isolate that asks no more, or is no more", async () => {
  using clock = stopTime();
  // Nobody has waited since 1970.
  await clock.tick(1);
  const { counters, lines: [one, two, three] } = createLines();
  one.wait();
  await clock.tick(900);
  one.wait();
  two.wait();
  await clock.tick(900);
  two.wait();
  assert.deepEqual([one.isWaiting, two.isFirst], [true, false]);
  await clock.tick(101);
  assert.deepEqual([one.isWaiting, two.isFirst, three.isFirst], [false, true, false]);
  releaseIsolate(counters, 1);
  assert.deepEqual([two.isWaiting, three.isFirst], [false, true]);
});
