import assert from "node:assert/strict";
import { stopTime } from "../testing/fake_clock.ts";
import { CircuitBreaker } from "./circuit_breaker.ts";

function opened(): CircuitBreaker {
  const breaker = new CircuitBreaker({ failuresMax: 2, openMs: 1000 });
  breaker.recordFailure();
  breaker.recordFailure();
  return breaker;
}

Deno.test("CircuitBreaker opens after failures in a row only", () => {
  const breaker = new CircuitBreaker({ failuresMax: 2, openMs: 1000 });
  breaker.recordFailure();
  breaker.recordSuccess();
  breaker.recordFailure();
  assert.equal(breaker.allow(), true);
  breaker.recordFailure();
  assert.equal(breaker.allow(), false);
  assert.equal(breaker.isOpen, true);
});

Deno.test("CircuitBreaker lets one trial through, and closes when it succeeds", async () => {
  using clock = stopTime();
  const breaker = opened();
  await clock.tick(999);
  assert.deepEqual([breaker.isOpen, breaker.allow()], [true, false]);
  await clock.tick(1);
  assert.equal(breaker.isOpen, false);
  assert.deepEqual([breaker.allow(), breaker.allow()], [true, false]);
  breaker.recordSuccess();
  assert.deepEqual([breaker.allow(), breaker.allow()], [true, true]);
});

Deno.test("CircuitBreaker opens again when the trial fails", async () => {
  using clock = stopTime();
  const breaker = opened();
  await clock.tick(1000);
  breaker.allow();
  breaker.recordFailure();
  await clock.tick(999);
  assert.deepEqual([breaker.isOpen, breaker.allow()], [true, false]);
  await clock.tick(1);
  assert.equal(breaker.allow(), true);
});

Deno.test("CircuitBreaker gives the trial to the next caller when it ended without a verdict", async () => {
  using clock = stopTime();
  const breaker = opened();
  await clock.tick(1000);
  breaker.allow();
  breaker.recordNothing();
  assert.equal(breaker.allow(), true);
});

Deno.test("CircuitBreaker stays closed after a call that says nothing", () => {
  const breaker = new CircuitBreaker({ failuresMax: 2, openMs: 1000 });
  breaker.recordNothing();
  assert.deepEqual([breaker.isOpen, breaker.allow(), breaker.allow()], [false, true, true]);
});

Deno.test("CircuitBreaker counts failures anew after a trial that succeeded", async () => {
  using clock = stopTime();
  const breaker = opened();
  await clock.tick(1000);
  breaker.allow();
  breaker.recordSuccess();
  breaker.recordFailure();
  assert.equal(breaker.allow(), true);
});
