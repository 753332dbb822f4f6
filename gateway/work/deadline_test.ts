import assert from "node:assert/strict";
import { stopTime } from "../../testing/fake_clock.ts";
import { install } from "../../testing/fake_timers.ts";
import { abortable, Deadline } from "./deadline.ts";

const EXCEEDED = {
  name: "GatewayError",
  code: "deadline_exceeded",
  message: "Cannot complete request within its deadline of 1000 ms",
};

Deno.test("Deadline aborts with deadline_exceeded when its time is over, not before", async () => {
  using clock = stopTime();
  using deadline = new Deadline({ timeoutMs: 1000 });
  await clock.tick(999);
  assert.equal(deadline.signal.aborted, false);
  assert.equal(deadline.remainingMs, 1);
  await clock.tick(1);
  assert.throws(() => deadline.signal.throwIfAborted(), EXCEEDED);
  assert.equal(deadline.remainingMs, 0);
});

Deno.test("Deadline stands still while it is paused, and starts anew with all of its time", async () => {
  using clock = stopTime();
  using deadline = new Deadline({ timeoutMs: 1000 });
  await clock.tick(900);
  deadline.pause();
  await clock.tick(12_345);
  assert.equal(deadline.signal.aborted, false);
  deadline.restart();
  assert.equal(deadline.remainingMs, 1000);
  await clock.tick(999);
  assert.equal(deadline.signal.aborted, false);
  assert.equal(clock.timers, 1);
  await clock.tick(1);
  assert.throws(() => deadline.signal.throwIfAborted(), EXCEEDED);
  assert.equal(clock.timers, 0);
});

Deno.test("Deadline aborts when the client leaves while it is paused", () => {
  const client = new AbortController();
  using deadline = new Deadline({ timeoutMs: 1000, clientSignal: client.signal });
  deadline.pause();
  client.abort();
  assert.throws(() => deadline.signal.throwIfAborted(), { code: "client_closed" });
});

Deno.test("Deadline.remainingMs counts down to 0 and no further", async () => {
  using clock = stopTime();
  using deadline = new Deadline({ timeoutMs: 1000 });
  assert.equal(deadline.remainingMs, 1000);
  await clock.tick(400);
  assert.equal(deadline.assertRemainingMs(), 600);
  await clock.tick(5000);
  assert.equal(deadline.remainingMs, 0);
});

Deno.test("Deadline.assertRemainingMs() throws when time is over though its timer has not run yet", () => {
  // A busy event loop: time goes on, timers wait.
  const clock = install({ toFake: ["performance"] });
  try {
    using deadline = new Deadline({ timeoutMs: 1000 });
    clock.tick(1000);
    assert.equal(deadline.signal.aborted, false);
    assert.throws(() => deadline.assertRemainingMs(), EXCEEDED);
  } finally {
    clock.uninstall();
  }
});

Deno.test("Deadline aborts with client_closed when the client leaves, and keeps that reason", async () => {
  using clock = stopTime();
  const client = new AbortController();
  using deadline = new Deadline({ timeoutMs: 1000, clientSignal: client.signal });
  client.abort();
  await clock.tick(2000);
  const closed = { name: "GatewayError", code: "client_closed" };
  assert.throws(() => deadline.signal.throwIfAborted(), closed);
  assert.throws(() => deadline.assertRemainingMs(), closed);
});

Deno.test("Deadline is over at once for a client that has left already", () => {
  using deadline = new Deadline({ timeoutMs: 1000, clientSignal: AbortSignal.abort() });
  assert.throws(() => deadline.assertRemainingMs(), { code: "client_closed" });
});

Deno.test("a Deadline that is disposed has no timer and is over for nobody, whatever its client does", async () => {
  using clock = stopTime();
  const client = new AbortController();
  const deadline = new Deadline({ timeoutMs: 1000, clientSignal: client.signal });
  deadline[Symbol.dispose]();
  assert.equal(clock.timers, 0);
  client.abort();
  await clock.tick(2000);
  assert.equal(deadline.reason, undefined);
  assert.equal(deadline.signal.aborted, false);
});

Deno.test("Deadline.signal has the reason of a deadline that was over before anybody asked for it", async () => {
  using clock = stopTime();
  using deadline = new Deadline({ timeoutMs: 1000 });
  await clock.tick(1000);
  assert.equal(deadline.reason?.code, "deadline_exceeded");
  assert.equal(deadline.signal.reason, deadline.reason);
});

Deno.test("Deadline.whenOver() tells each once, and those at once who come too late", async () => {
  using clock = stopTime();
  const client = new AbortController();
  using deadline = new Deadline({ timeoutMs: 1000, clientSignal: client.signal });
  const told: string[] = [];
  deadline.whenOver(({ code }) => told.push(`first ${code}`));
  deadline.whenOver(({ code }) => told.push(`second ${code}`));
  await clock.tick(1000);
  client.abort();
  deadline.whenOver(({ code }) => told.push(`late ${code}`));
  assert.deepEqual(
    told,
    ["first", "second", "late"].map((who) => `${who} deadline_exceeded`),
  );
});

Deno.test("Deadline.within() gives what the work gives", async () => {
  using deadline = new Deadline({ timeoutMs: 1000 });
  assert.equal(await deadline.within(Promise.resolve(5)), 5);
  const failure = new Error("failed");
  await assert.rejects(deadline.within(Promise.reject(failure)), failure);
});

Deno.test("Deadline.within() rejects with the reason when that comes first, or was there before", async () => {
  const client = new AbortController();
  using deadline = new Deadline({ timeoutMs: 1000, clientSignal: client.signal });
  const { promise, reject } = Promise.withResolvers<void>();
  const waiting = deadline.within(promise);
  client.abort();
  await assert.rejects(waiting, { code: "client_closed" });
  await assert.rejects(deadline.within(new Promise(() => {})), { code: "client_closed" });
  // What becomes of the work afterwards is nobody's business, and no unhandled rejection.
  reject(new Error("too late"));
  await assert.rejects(deadline.within(promise), { code: "client_closed" });
});

Deno.test("abortable() gives what the promise gives", async () => {
  const { signal } = new AbortController();
  assert.equal(await abortable(Promise.resolve(5), signal), 5);
  const failure = new Error("failed");
  await assert.rejects(abortable(Promise.reject(failure), signal), failure);
});

Deno.test("abortable() rejects with the signal's reason when that comes first", async () => {
  const controller = new AbortController();
  const { promise, reject } = Promise.withResolvers<void>();
  const waiting = abortable(promise, controller.signal);
  const reason = new Error("left");
  controller.abort(reason);
  await assert.rejects(waiting, reason);
  // What becomes of the work afterwards is nobody's business, and no unhandled rejection.
  reject(new Error("too late"));
});

Deno.test("abortable() does not wait at all on an aborted signal", async () => {
  const reason = new Error("left");
  const failing = Promise.reject(new Error("unheard"));
  await assert.rejects(abortable(failing, AbortSignal.abort(reason)), reason);
  const never = new Promise<void>(() => {});
  await assert.rejects(abortable(never, AbortSignal.abort(reason)), reason);
});
