import assert from "node:assert/strict";
import { stopTime } from "../../testing/fake_clock.ts";
import { StallWatch } from "./stall_watch.ts";

Deno.test("StallWatch aborts when nothing touched it for long enough", async () => {
  using clock = stopTime();
  using watch = new StallWatch(1000);
  await clock.tick(999);
  watch.touch();
  await clock.tick(999);
  assert.ok(!watch.signal.aborted);
  await clock.tick(1);
  assert.equal(watch.signal.reason.message, "nothing came for 1000 ms");
});

Deno.test("StallWatch aborts and leaves no timer when it is disposed of", () => {
  using clock = stopTime();
  const watch = new StallWatch(1000);
  watch[Symbol.dispose]();
  assert.ok(watch.signal.aborted);
  assert.equal(clock.timers, 0);
});
