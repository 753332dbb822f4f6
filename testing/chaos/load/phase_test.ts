import assert from "node:assert/strict";
import { Arrivals, formatPhase, parsePhase } from "./phase.ts";

Deno.test("parsePhase() reads what formatPhase() writes", () => {
  for (const text of ["closed:16:2.5", "open:1234.5:10"]) {
    assert.equal(formatPhase(parsePhase(text)), text);
  }
});

for (const text of ["", "open", "open:1", "open:0:1", "closed:1.5:1", "half:1:1", "open:1:1:1"]) {
  Deno.test(`parsePhase() refuses "${text}"`, () => {
    assert.throws(() => parsePhase(text), /^TypeError: A phase is closed:CLIENTS:SECONDS/);
  });
}

function takeAll(arrivals: Arrivals, nowMs: number): number[] {
  const due: number[] = [];
  for (let dueMs; (dueMs = arrivals.take(nowMs)) !== undefined;) due.push(dueMs);
  return due;
}

Deno.test("Arrivals come at a constant rate, whoever is late in taking them", () => {
  const arrivals = new Arrivals(1000, 2000, 8);
  assert.deepEqual(takeAll(arrivals, 999), []);
  assert.equal(arrivals.nextMs, 1000);
  assert.deepEqual(takeAll(arrivals, 1000), [1000]);
  // Half a second in which nobody asked.
  assert.deepEqual(takeAll(arrivals, 1500), [1125, 1250, 1375, 1500]);
  assert.equal(arrivals.nextMs, 1625);
});

Deno.test("Arrivals end with their phase", () => {
  const arrivals = new Arrivals(0, 1000, 3);
  const due = takeAll(arrivals, 5000);
  assert.equal(due.length, 3);
  assert.equal(arrivals.nextMs, Infinity);
  assert.equal(arrivals.take(5000), undefined);
});

Deno.test("Arrivals do not drift", () => {
  const arrivals = new Arrivals(0, 100_000, 7000);
  const due = takeAll(arrivals, 100_000);
  assert.equal(due.length, 700_000);
  assert.equal(due[699_993], 99_999);
});
