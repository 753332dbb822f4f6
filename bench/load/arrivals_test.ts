import assert from "node:assert/strict";
import { type Arrivals, dueTimes, parseTrace } from "./arrivals.ts";

const first = (arrivals: Arrivals, count: number) => [...dueTimes(arrivals).take(count)];

Deno.test("dueTimes() at a constant rate are as far apart as each other", () => {
  assert.deepEqual(first({ kind: "constant", perSecond: 4 }, 4), [0, 250, 500, 750]);
});

Deno.test("dueTimes() of a Poisson process have its rate, its spread, and are those of the seed", () => {
  const arrivals = { kind: "poisson", perSecond: 100, seed: 3 } as const;
  const due = first(arrivals, 20_000);
  const gaps = due.map((dueMs, index) => dueMs - (due[index - 1] ?? 0));
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
  assert.ok(Math.abs(mean - 10) < 0.3, `${mean}`);
  // Of an exponential distribution the deviation is the mean; a constant rate has none.
  assert.ok(Math.abs(Math.sqrt(variance) / mean - 1) < 0.05, `${variance}`);
  assert.deepEqual(first(arrivals, 5), due.slice(0, 5));
  assert.notDeepEqual(first({ ...arrivals, seed: 4 }, 5), due.slice(0, 5));
});

Deno.test("parseTrace() reads an offset a line, and says which is wrong", () => {
  const trace = parseTrace("0\n1.5\r\n1.5\n90\n");
  assert.deepEqual(first(trace, 9), [0, 1.5, 1.5, 90]);
  for (const [text, line] of [["", 1], ["0\n\n2", 2], ["0\n5\n4", 3], ["0\nx", 2], ["-1", 1]]) {
    assert.throws(() => parseTrace(`${text}`), { message: new RegExp(`line ${line} of the`) });
  }
});
