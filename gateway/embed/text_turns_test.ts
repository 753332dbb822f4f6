import assert from "node:assert/strict";
import { stopTime } from "../../testing/fake_clock.ts";
import { TextTurns } from "./text_turns.ts";

Deno.test("TextTurns.next() gives each request a turn in its order, and others as long behind it", async () => {
  using clock = stopTime();
  const turns = new TextTurns();
  const log: string[] = [];
  const work = async (name: string, ...heldMs: readonly number[]) => {
    for (const [turn, milliseconds] of heldMs.entries()) {
      using _ = await turns.next();
      log.push(`${name}${turn} at ${performance.now() - started}`);
      clock.hold(milliseconds);
    }
  };
  const started = performance.now();
  const all = Promise.all([work("a", 10, 10), work("b", 20, 0)]);
  for (let tick = 0; tick < 100; tick++) await clock.tick(1);
  await all;
  assert.deepEqual(log, ["a0 at 0", "b0 at 20", "a1 at 60", "b1 at 80"]);
  assert.equal(clock.timers, 0);
  void work("c", 0);
  await clock.tick(1);
  assert.equal(log.length, 5);
});

Deno.test("TextTurns.first() waits for nobody, unless somebody has a turn or had one just now", async () => {
  using clock = stopTime();
  const turns = new TextTurns();
  const log: string[] = [];
  const work = async (name: string) => {
    using _ = await turns.first();
    log.push(`${name} at ${performance.now()}`);
    clock.hold(10);
  };
  const all = Promise.all([work("a"), work("b")]);
  for (let tick = 0; tick < 50; tick++) await clock.tick(1);
  await all;
  assert.deepEqual(log, ["a at 0", "b at 20"]);
  assert.equal(clock.timers, 0);
});
