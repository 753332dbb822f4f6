import assert from "node:assert/strict";
import { stopTime } from "../../testing/fake_clock.ts";
import { RefusalPacer } from "./refusal_pacer.ts";

/** Asks for turns; `.out` of them were given. */
function ask(pacer: RefusalPacer, count: number): { out: number } {
  const turns = { out: 0 };
  for (let turn = 0; turn < count; turn++) {
    void Promise.resolve(pacer.turn()).then(() => turns.out++);
  }
  return turns;
}

Deno.test("RefusalPacer lets a burst out at once, and then 250 a second", async () => {
  using clock = stopTime();
  using pacer = new RefusalPacer();
  const turns = ask(pacer, 400);
  await clock.tick(0);
  assert.equal(turns.out, 100);
  await clock.tick(400);
  assert.equal(turns.out, 200);
  await clock.tick(800);
  assert.equal(turns.out, 400);
  assert.equal(clock.timers, 0);
});

Deno.test("RefusalPacer earns its burst again in quiet times, and no more", async () => {
  using clock = stopTime();
  using pacer = new RefusalPacer();
  ask(pacer, 100);
  await clock.tick(10_000);
  const turns = ask(pacer, 400);
  await clock.tick(0);
  assert.equal(turns.out, 100);
});

Deno.test("RefusalPacer holds nobody longer than two seconds", async () => {
  using clock = stopTime();
  using pacer = new RefusalPacer();
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

Deno.test("RefusalPacer holds no more than its maximum: one more lets the oldest out", async () => {
  using clock = stopTime();
  using pacer = new RefusalPacer();
  const first = ask(pacer, 100 + 4096);
  await clock.tick(0);
  assert.equal(first.out, 100);
  const second = ask(pacer, 5);
  await clock.tick(0);
  assert.deepEqual([first.out, second.out], [105, 0]);
});

Deno.test("RefusalPacer[Symbol.dispose]() lets everybody out, and leaves no timer", async () => {
  using clock = stopTime();
  const pacer = new RefusalPacer();
  const turns = ask(pacer, 500);
  pacer[Symbol.dispose]();
  await clock.tick(0);
  assert.equal(turns.out, 500);
  assert.equal(clock.timers, 0);
});
