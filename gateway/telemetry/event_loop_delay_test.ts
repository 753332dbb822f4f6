import assert from "node:assert/strict";
import { until } from "../../testing/until.ts";
import { watchEventLoopDelay } from "./event_loop_delay.ts";

Deno.test("watchEventLoopDelay() sees a thread that was held, and none of it when disposed", async () => {
  const delays: number[] = [];
  const keepAlive = setInterval(() => {}, 1000);
  using stack = new DisposableStack();
  stack.defer(() => clearInterval(keepAlive));
  {
    using _watch = watchEventLoopDelay((seconds) => delays.push(seconds));
    await until("it reports", () => delays.length > 0);
    const heldUntilMs = performance.now() + 200;
    while (performance.now() < heldUntilMs);
    const before = delays.length;
    await until("it reports again", () => delays.length > before);
    // The timer fell due at most one interval into the 200 ms.
    assert.ok((delays[before] ?? 0) >= 0.09, String(delays[before]));
  }
  assert.ok(delays.every((seconds) => seconds >= 0));
  const count = delays.length;
  await new Promise((resolve) => setTimeout(resolve, 150));
  assert.equal(delays.length, count);
});
