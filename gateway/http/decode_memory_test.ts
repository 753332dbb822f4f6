import assert from "node:assert/strict";
import { stopTime } from "../../testing/fake_clock.ts";
import { createAdmissionCounters, SharedCount } from "./admission_counters.ts";
import { DecodeMemory } from "./decode_memory.ts";

const MIB = 2 ** 20;
const DEAR = 200 * MIB;

/** The budgets of two isolates, half of which is kept for one image that waits. */
function createBudgets(memoryBytesMax: number) {
  const counters = createAdmissionCounters(2);
  const budgets = [0, 1].map((isolate) => {
    const memory = new SharedCount(counters, {
      quantity: "memory",
      isolate,
      limit: memoryBytesMax,
    });
    const passingBytesMax = memoryBytesMax / 2;
    return new DecodeMemory({ counters, isolate, memory, passingBytesMax });
  });
  return budgets as [DecodeMemory, DecodeMemory];
}

Deno.test("DecodeMemory.take() has isolates take turns with dear images, whoever asks first when one is done", async () => {
  using clock = stopTime();
  await clock.tick(1);
  const [one, other] = createBudgets(1024 * MIB);
  const first = one.take(DEAR);
  assert.ok(first);
  assert.equal(other.take(DEAR), undefined);
  await clock.tick(1);
  first[Symbol.dispose]();
  // It has just given it back, and would take it again before anybody else looks.
  assert.equal(one.take(DEAR), undefined);
  const second = other.take(DEAR);
  assert.ok(second);
  await clock.tick(1);
  second[Symbol.dispose]();
  assert.equal(other.take(DEAR), undefined);
  assert.ok(one.take(DEAR));
});

Deno.test("DecodeMemory.take() has others pass an image that waits for memory, but only with half of it", () => {
  const [one, other] = createBudgets(100 * MIB);
  const running = [one.take(30 * MIB), other.take(30 * MIB)];
  const [large, small, next] = ["large", "small", "next"];
  assert.equal(one.take(50 * MIB, large), undefined);
  for (const budget of [one, other]) {
    assert.equal(budget.take(15 * MIB, small), undefined);
  }
  running[0]?.[Symbol.dispose]();
  const passed = other.take(15 * MIB, small);
  assert.ok(passed);
  assert.equal(one.take(15 * MIB, small), undefined);
  const got = one.take(50 * MIB, large);
  assert.ok(got);
  got[Symbol.dispose]();
  // Nobody waits any more.
  assert.ok(one.take(30 * MIB, next));
});

Deno.test("DecodeMemory.take() gives who has waited longest what the other isolate does not use of its reserve", () => {
  const [one] = createBudgets(100 * MIB);
  const running = one.take(40 * MIB);
  assert.ok(running);
  // A quarter is the other one's, until somebody waits.
  assert.equal(one.take(50 * MIB, "large"), undefined);
  assert.ok(one.take(50 * MIB, "large"));
});

Deno.test("DecodeMemory.take() forgets who asks no more", async () => {
  using clock = stopTime();
  await clock.tick(1);
  const [one, other] = createBudgets(100 * MIB);
  const running = one.take(55 * MIB);
  assert.ok(running);
  assert.equal(one.take(50 * MIB, "gone"), undefined);
  assert.equal(other.take(20 * MIB, "photo"), undefined);
  await clock.tick(1001);
  assert.ok(other.take(20 * MIB, "photo"));
});
