import assert from "node:assert/strict";
import { JumpingClock } from "../../testing/timing/jumping_clock.ts";
import { runLoop } from "./loop.ts";

const LIMITS = { requestsMax: 100, secondsMax: 1, graceSeconds: 1 };

Deno.test("runLoop() closed keeps each client at one request at a time", async () => {
  const clock = new JumpingClock();
  let inflight = 0;
  let most = 0;
  const send = async () => {
    most = Math.max(most, ++inflight);
    await clock.until(clock.now() + 100);
    inflight--;
  };
  const pattern = { kind: "closed", clients: 3 } as const;
  const { observations, cutOff } = await clock.run(
    runLoop({ clock, pattern, limits: LIMITS, send }),
  );
  assert.deepEqual([most, observations.length, cutOff], [3, 30, 0]);
  assert.ok(observations.every(({ startMs, doneMs }) => doneMs - startMs === 100));
});

Deno.test("runLoop() ends with the request limit before the time limit", async () => {
  const clock = new JumpingClock();
  const limits = { ...LIMITS, requestsMax: 5 };
  const send = () => clock.until(clock.now() + 10);
  const pattern = { kind: "closed", clients: 2 } as const;
  const { observations } = await clock.run(runLoop({ clock, pattern, limits, send }));
  assert.equal(observations.length, 5);
  assert.ok(clock.now() < 50);
});

Deno.test("runLoop() open counts latency from when a request was due, not from when it could be sent", async () => {
  const clock = new JumpingClock();
  const arrivals = { kind: "constant", perSecond: 10 } as const;
  const pattern = { kind: "open", arrivals, inflightMax: 1 } as const;
  const send = () => clock.until(clock.now() + 150);
  const limits = { ...LIMITS, requestsMax: 4 };
  const { observations } = await clock.run(runLoop({ clock, pattern, limits, send }));
  assert.deepEqual(observations.map(({ dueMs }) => dueMs), [0, 100, 200, 300]);
  assert.deepEqual(observations.map(({ doneMs, dueMs }) => doneMs - dueMs), [150, 200, 250, 300]);
});

Deno.test("runLoop() cuts off what is not answered within the grace", async () => {
  const clock = new JumpingClock();
  const send = (index: number) => clock.until(clock.now() + (index === 0 ? 500 : 60_000));
  const pattern = { kind: "closed", clients: 2 } as const;
  const { observations, cutOff } = await clock.run(
    runLoop({ clock, pattern, limits: LIMITS, send }),
  );
  assert.deepEqual([observations.length, cutOff], [1, 2]);
  assert.equal(clock.now(), 2000);
});

Deno.test("runLoop() keeps failures with their message", async () => {
  const clock = new JumpingClock();
  const send = async (index: number) => {
    await clock.until(clock.now() + 10);
    if (index === 1) throw new Error("refused");
  };
  const pattern = { kind: "closed", clients: 1 } as const;
  const limits = { ...LIMITS, requestsMax: 3 };
  const { observations } = await clock.run(runLoop({ clock, pattern, limits, send }));
  const errors = observations.map(({ outcome }) => "error" in outcome ? outcome.error : "");
  assert.deepEqual(errors, ["", "refused", ""]);
});

Deno.test("runLoop() open ends with its trace, and counts what came in a burst from its time on", async () => {
  const clock = new JumpingClock();
  const arrivals = { kind: "trace", offsetsMs: [0, 5, 5, 5, 400, 1200] } as const;
  const pattern = { kind: "open", arrivals, inflightMax: 2 } as const;
  const send = () => clock.until(clock.now() + 100);
  const { observations } = await clock.run(
    runLoop({ clock, pattern, limits: LIMITS, send }),
  );
  // The sixth falls due when the second of the limits is over.
  assert.deepEqual(observations.map(({ dueMs, doneMs }) => [dueMs, doneMs]), [
    ...[[0, 100], [5, 105], [5, 200], [5, 205], [400, 500]],
  ]);
});
