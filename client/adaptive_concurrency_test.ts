import assert from "node:assert/strict";
import { AdaptiveConcurrency } from "./adaptive_concurrency.ts";

/** A gateway behind a line: so many at a time take so long, and more wait in turn. */
class Line {
  #nowMs = 0;
  readonly #limit: AdaptiveConcurrency;

  constructor(limit: AdaptiveConcurrency) {
    this.#limit = limit;
  }

  /** Answers so many requests; what was in flight at each reply. */
  answer(
    { carries, ms, replies }: {
      readonly carries: number;
      readonly ms: number;
      readonly replies: number;
    },
  ): number[] {
    return Array.from({ length: replies }, () => {
      const { current } = this.#limit;
      this.#nowMs += ms / Math.min(current, carries);
      this.#limit.replied(ms * Math.max(1, current / carries), this.#nowMs);
      return current;
    });
  }
}

/** What is kept most of the time, and at most. */
function settled(limits: readonly number[]) {
  const ordered = limits.slice(-1000).sort((a, b) => a - b);
  return { median: ordered[500] as number, max: ordered.at(-1) as number };
}

for (const carries of [1, 2, 8, 30]) {
  Deno.test(`AdaptiveConcurrency fills a line that carries ${carries}, and lets little wait`, () => {
    const line = new Line(new AdaptiveConcurrency());
    const { median, max } = settled(line.answer({ carries, ms: 50, replies: 5000 }));
    assert.ok(median >= carries, `${median}`);
    assert.ok(max <= 1.25 * carries + 5, `${max}`);
  });
}

Deno.test("AdaptiveConcurrency finds what a line carries within a few windows", () => {
  const line = new Line(new AdaptiveConcurrency());
  assert.ok((line.answer({ carries: 30, ms: 50, replies: 100 }).at(-1) ?? 0) >= 30);
});

Deno.test("AdaptiveConcurrency keeps its bounds", () => {
  const line = new Line(new AdaptiveConcurrency({ max: 16 }));
  const { median, max } = settled(line.answer({ carries: 1000, ms: 5, replies: 2000 }));
  assert.deepEqual([median, max], [16, 16]);
  const one = new AdaptiveConcurrency({ min: 1, max: 1 });
  assert.deepEqual(new Set(new Line(one).answer({ carries: 9, ms: 5, replies: 99 })), new Set([1]));
});

Deno.test("AdaptiveConcurrency keeps fewer when the gateway has no room, once for what was in flight, and tries again", () => {
  const limit = new AdaptiveConcurrency();
  const line = new Line(limit);
  line.answer({ carries: 1000, ms: 5, replies: 1000 });
  assert.equal(limit.current, 64);
  for (let refusal = 0; refusal < 64; refusal++) limit.refused();
  assert.equal(limit.current, 45);
  line.answer({ carries: 1000, ms: 5, replies: 45 });
  assert.equal(limit.current, 45);
  line.answer({ carries: 1000, ms: 5, replies: 50 });
  assert.ok(limit.current > 45 && limit.current < 49, `${limit.current}`);
});

Deno.test("AdaptiveConcurrency learns a line that got longer, or narrower", () => {
  const line = new Line(new AdaptiveConcurrency());
  line.answer({ carries: 20, ms: 10, replies: 1000 });
  assert.ok(settled(line.answer({ carries: 20, ms: 100, replies: 4000 })).median >= 20);
  const narrow = settled(line.answer({ carries: 4, ms: 100, replies: 4000 }));
  assert.ok(narrow.median >= 4 && narrow.max <= 9, JSON.stringify(narrow));
});
