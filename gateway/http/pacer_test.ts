import assert from "node:assert/strict";
import { stopTime } from "../../testing/fake_clock.ts";
import { type Pace, Pacer } from "./pacer.ts";

const PACE: Pace = { perSecond: 250, burst: 100, heldMsMax: 2000 };

/** Asks for turns; `.out` of them were given. */
function ask(pacer: Pacer, count: number): { out: number } {
  const turns = { out: 0 };
  for (let turn = 0; turn < count; turn++) {
    void Promise.resolve(pacer.turn()).then(() => turns.out++);
  }
  return turns;
}

Deno.test("Pacer lets a burst out at once, and then so many a second", async () => {
  using clock = stopTime();
  using pacer = new Pacer(PACE);
  const turns = ask(pacer, 400);
  await clock.tick(0);
  assert.equal(turns.out, 100);
  await clock.tick(400);
  assert.equal(turns.out, 200);
  await clock.tick(800);
  assert.equal(turns.out, 400);
  assert.equal(clock.timers, 0);
});

Deno.test("Pacer earns its burst again in quiet times, and no more", async () => {
  using clock = stopTime();
  using pacer = new Pacer(PACE);
  ask(pacer, 100);
  await clock.tick(10_000);
  const turns = ask(pacer, 400);
  await clock.tick(0);
  assert.equal(turns.out, 100);
});

Deno.test("Pacer holds nobody longer than it may", async () => {
  using clock = stopTime();
  using pacer = new Pacer(PACE);
  const early = ask(pacer, 1124);
  await clock.tick(1980);
  assert.equal(early.out, 595);
  const late = ask(pacer, 800);
  await clock.tick(30);
  assert.equal(early.out, 1124);
  assert.ok(late.out <= 3);
  await clock.tick(1950);
  assert.ok(late.out < 600, `${late.out}`);
  await clock.tick(40);
  assert.equal(late.out, 800);
});

Deno.test("Pacer holds no more than its maximum: one more lets the oldest out", async () => {
  using clock = stopTime();
  using pacer = new Pacer(PACE);
  const first = ask(pacer, 100 + 4096);
  await clock.tick(0);
  assert.equal(first.out, 100);
  const second = ask(pacer, 5);
  await clock.tick(0);
  assert.deepEqual([first.out, second.out], [105, 0]);
});

Deno.test("Pacer gives the newest the next turn where that is its pace, and the oldest theirs when it is late", async () => {
  using clock = stopTime();
  using pacer = new Pacer({ ...PACE, isNewestFirst: true });
  const flood = ask(pacer, 1100);
  await clock.tick(1000);
  assert.equal(flood.out, 350);
  const late = ask(pacer, 1);
  await clock.tick(10);
  assert.deepEqual([flood.out, late.out], [351, 1]);
  await clock.tick(990);
  assert.equal(flood.out, 1100);
});

Deno.test("Pacer[Symbol.dispose]() lets everybody out, and leaves no timer", async () => {
  using clock = stopTime();
  const pacer = new Pacer(PACE);
  const turns = ask(pacer, 500);
  pacer[Symbol.dispose]();
  await clock.tick(0);
  assert.equal(turns.out, 500);
  assert.equal(clock.timers, 0);
});
