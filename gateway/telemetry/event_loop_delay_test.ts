import assert from "node:assert/strict";
import { stopTime } from "../../testing/fake_clock.ts";
import { watchEventLoopDelay } from "./event_loop_delay.ts";

Deno.test("watchEventLoopDelay() reports how late its timer fires, and nothing once disposed", async () => {
  using clock = stopTime();
  const delays: number[] = [];
  {
    using _watch = watchEventLoopDelay((seconds) => delays.push(seconds));
    await clock.tick(300);
    assert.deepEqual(delays, [0, 0, 0]);
    clock.hold(350);
    assert.equal(delays.length, 4);
    assert.equal(delays[3], 0.25);
    await clock.tick(100);
    assert.equal(delays[4], 0);
  }
  assert.equal(clock.timers, 0);
  await clock.tick(1000);
  assert.equal(delays.length, 5);
});
