import assert from "node:assert/strict";
import { stopTime } from "../testing/fake_clock.ts";
import type { CallLimits } from "./client.ts";
import { TritonError, type TritonErrorKind } from "./errors.ts";
import { ServerPulse } from "./server_pulse.ts";

function failed(kind: TritonErrorKind): TritonError {
  return new TritonError(kind, kind, { wasProcessed: "no" });
}

/** A server that answers questions or lets them time out, and calls that end when a test says so. */
function server() {
  const state = { asked: 0, answers: true as boolean | TritonErrorKind, silent: [] as string[] };
  const signals: (AbortSignal | undefined)[] = [];
  const ask = ({ timeoutMs, signal }: CallLimits): Promise<unknown> => {
    state.asked++;
    signals.push(signal);
    if (typeof state.answers === "string") return Promise.reject(failed(state.answers));
    if (state.answers) return Promise.resolve(true);
    return new Promise((_, reject) => setTimeout(() => reject(failed("deadline")), timeoutMs));
  };
  const pulse = new ServerPulse({ ask, onSilent: ({ kind }) => state.silent.push(kind) });
  return { state, signals, pulse, [Symbol.dispose]: () => pulse[Symbol.dispose]() };
}

Deno.test("ServerPulse asks while a call is in flight and nothing is heard, and takes an answer for a sign of life", async () => {
  using clock = stopTime();
  using it = server();
  const call = Promise.withResolvers<void>();
  const made = it.pulse.during(() => call.promise);
  await clock.tick(999);
  assert.equal(it.state.asked, 0);
  await clock.tick(1);
  assert.equal(it.state.asked, 1);
  await clock.tick(9_000);
  assert.equal(it.state.asked, 10);
  assert.deepEqual(it.state.silent, []);
  call.resolve();
  await made;
  await clock.tick(10_000);
  assert.equal(it.state.asked, 10);
  assert.equal(clock.timers, 0);
});

Deno.test("ServerPulse calls a server silent that leaves two questions unanswered, three seconds after its last word", async () => {
  using clock = stopTime();
  using it = server();
  it.state.answers = false;
  const call = Promise.withResolvers<void>();
  const made = it.pulse.during(() => call.promise);
  await clock.tick(2_999);
  assert.deepEqual([it.state.asked, it.state.silent], [2, []]);
  await clock.tick(1);
  assert.deepEqual(it.state.silent, ["deadline"]);
  call.resolve();
  await made;
});

Deno.test("ServerPulse does not ask while replies come", async () => {
  using clock = stopTime();
  using it = server();
  const long = Promise.withResolvers<void>();
  const made = it.pulse.during(() => long.promise);
  for (let time = 0; time < 5_000; time += 500) {
    await it.pulse.during(() => Promise.resolve());
    await clock.tick(500);
  }
  assert.equal(it.state.asked, 0);
  assert.equal(await it.pulse.isAlive(), true);
  long.resolve();
  await made;
});

Deno.test("ServerPulse believes a reply more than questions that were not answered", async () => {
  using clock = stopTime();
  using it = server();
  it.state.answers = false;
  const alive = it.pulse.isAlive();
  await clock.tick(500);
  await it.pulse.during(() => Promise.resolve());
  await clock.tick(500);
  assert.equal(await alive, true);
  assert.deepEqual(it.state.silent, []);
});

Deno.test("ServerPulse.isAlive() asks an idle server once for all who want to know", async () => {
  using it = server();
  assert.deepEqual(await Promise.all([it.pulse.isAlive(), it.pulse.isAlive()]), [true, true]);
  assert.equal(it.state.asked, 1);
});

Deno.test("ServerPulse.isAlive() takes one refused connection for an answer: nobody is there", async () => {
  using it = server();
  it.state.answers = "gone";
  assert.equal(await it.pulse.isAlive(), false);
  assert.deepEqual([it.state.asked, it.state.silent], [1, ["gone"]]);
});

Deno.test("ServerPulse that is disposed asks no more, though a call is in flight", async () => {
  using clock = stopTime();
  const it = server();
  const call = Promise.withResolvers<void>();
  const made = it.pulse.during(() => call.promise);
  await clock.tick(1_000);
  assert.equal(it.state.asked, 1);
  it.pulse[Symbol.dispose]();
  assert.equal(clock.timers, 0);
  await clock.tick(5_000);
  assert.equal(it.state.asked, 1);
  call.resolve();
  await made;
});

Deno.test("ServerPulse that is disposed takes back its question, and asks no other", async () => {
  using clock = stopTime();
  const it = server();
  it.state.answers = false;
  const call = Promise.withResolvers<void>();
  const made = it.pulse.during(() => call.promise);
  await clock.tick(1_000);
  assert.deepEqual(it.signals.map((signal) => signal?.aborted), [false]);
  it.pulse[Symbol.dispose]();
  assert.deepEqual(it.signals.map((signal) => signal?.aborted), [true]);
  it.state.answers = "cancelled";
  await clock.tick(10_000);
  assert.deepEqual([it.state.asked, it.state.silent, clock.timers], [2, [], 0]);
  call.resolve();
  await made;
});
