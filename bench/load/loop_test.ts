import assert from "node:assert/strict";
import type { Clock } from "../timing/clock.ts";
import { runLoop } from "./loop.ts";

/** Time that jumps to the next sleeper whenever everybody sleeps. */
class JumpingClock implements Clock {
  #now = 0;
  readonly #sleepers: { readonly timeMs: number; readonly wake: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  until(timeMs: number): Promise<void> {
    if (timeMs <= this.#now) return Promise.resolve();
    return new Promise((wake) => {
      this.#sleepers.push({ timeMs, wake });
      this.#sleepers.sort((a, b) => a.timeMs - b.timeMs);
    });
  }

  /** Runs until a promise settles. */
  async run<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    promise.finally(() => isSettled = true);
    while (!isSettled) {
      // Everything that does not wait for time happens between two macrotasks.
      await new Promise((resolve) => setTimeout(resolve, 0));
      const next = this.#sleepers.shift();
      if (isSettled || next === undefined) continue;
      this.#now = next.timeMs;
      next.wake();
    }
    return await promise;
  }
}

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
  const pattern = { kind: "open", perSecond: 10, inflightMax: 1 } as const;
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
