import assert from "node:assert/strict";
import { NO_REPLY, type Outcome, percentile, phaseFigures } from "./figures.ts";

Deno.test("percentile() is the nearest rank", () => {
  const sorted = Float64Array.from({ length: 100 }, (_, index) => index + 1);
  assert.deepEqual([0, 0.5, 0.99, 1].map((share) => percentile(sorted, share)), [1, 50, 99, 100]);
  assert.equal(percentile(Float64Array.of(7), 0.99), 7);
  assert.ok(Number.isNaN(percentile(new Float64Array(0), 0.5)));
});

const outcome = (dueMs: number, tookMs: number, code = "200"): Outcome => ({
  dueMs,
  doneMs: dueMs + tookMs,
  code,
});

Deno.test("phaseFigures() counts those that were due in the phase, whenever they are answered", () => {
  const outcomes = [
    outcome(900, 5),
    outcome(1000, 10),
    outcome(1500, 30),
    outcome(2900, 400),
    outcome(2950, 1, "429 overloaded"),
    outcome(3000, 5),
  ];
  const figures = phaseFigures(outcomes, 1000, 2);
  assert.deepEqual([figures.due, figures.good], [4, 3]);
  assert.deepEqual([figures.p50Ms, figures.p99Ms, figures.otherP99Ms], [30, 400, 1]);
  assert.deepEqual(figures.codes, { "200": 3, "429 overloaded": 1 });
});

Deno.test("phaseFigures() counts as goodput what came within the phase, and nothing later", () => {
  // The first was due before the phase and came in it; the last was due in it and came behind it.
  const outcomes = [outcome(500, 700), outcome(1200, 10), outcome(1900, 200)];
  assert.equal(phaseFigures(outcomes, 1000, 1).goodputPerSecond, 2);
});

Deno.test("phaseFigures() has recovered behind the last that got no good reply", () => {
  const bad = [outcome(1300, 1, "503 draining"), outcome(1100, 1, NO_REPLY.notSent)];
  const outcomes = [outcome(1000, 1), ...bad, outcome(1400, 1)];
  assert.equal(phaseFigures(outcomes, 1000, 1).recoveryMs, 300);
  assert.equal(phaseFigures([outcome(1000, 1)], 1000, 1).recoveryMs, 0);
});
