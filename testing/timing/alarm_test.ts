import assert from "node:assert/strict";
import { Alarm } from "./alarm.ts";

Deno.test("Alarm wakes sleepers in order of time, none of them early", async () => {
  using alarm = new Alarm();
  const start = alarm.now();
  const woken: number[] = [];
  const sleep = async (delayMs: number) => {
    await alarm.until(start + delayMs);
    assert.ok(alarm.now() > start + delayMs - 0.2, `${alarm.now() - start} of ${delayMs} ms`);
    woken.push(delayMs);
  };
  await Promise.all([300, 100, 200, -5].map(sleep));
  assert.deepEqual(woken, [-5, 100, 200, 300]);
});
