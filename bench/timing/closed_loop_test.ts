import assert from "node:assert/strict";
import { stopTime } from "../../testing/fake_clock.ts";
import { runClosedLoop } from "./closed_loop.ts";

Deno.test("runClosedLoop() keeps every client at it until the time is up, and counts what went wrong", async () => {
  using clock = stopTime();
  const calls: [client: number, index: number][] = [];
  const running = runClosedLoop({
    clients: 2,
    seconds: 1,
    call: async (client, index) => {
      calls.push([client, index]);
      await new Promise((resolve) => setTimeout(resolve, client === 0 ? 250 : 500));
      return index !== 3;
    },
  });
  await clock.tick(1000);
  const { requests, failures, requestsPerSecond, p50 } = await running;
  assert.deepEqual(calls.map(([client]) => client).sort(), [0, 0, 0, 0, 1, 1]);
  assert.deepEqual(calls.map(([, index]) => index), [0, 1, 2, 3, 4, 5]);
  assert.deepEqual({ requests, failures, requestsPerSecond }, {
    requests: 5,
    failures: 1,
    requestsPerSecond: 5,
  });
  assert.equal(p50, 250);
});

Deno.test("runClosedLoop() ends with the first error", async () => {
  const call = () => Promise.reject(new Error("broke off"));
  await assert.rejects(runClosedLoop({ clients: 2, seconds: 1, call }), /broke off/);
});
