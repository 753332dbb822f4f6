import assert from "node:assert/strict";
import fc from "../../testing/fast_check.ts";
import type { AdmissionRace, AdmissionRaceReport } from "../../testing/workers/admission_worker.ts";
import { createAdmissionCounters, releaseIsolate, SharedCount } from "./admission_counters.ts";

/** One count of bytes for each of `isolates` isolates. */
function createCounts(isolates: number, limit: number) {
  const counters = createAdmissionCounters(isolates);
  const counts = Array.from(
    { length: isolates },
    (_, isolate) => new SharedCount(counters, { quantity: "bytes", isolate, limit }),
  );
  return { counters, counts };
}

/** Takes in steps of `step` until refused; returns what it holds. */
function takeAll(count: SharedCount, step = 1): number {
  let held = 0;
  while (count.take(step)) held += step;
  return held;
}

Deno.test("SharedCount.take() lets a single isolate take all of the limit", () => {
  const { counts: [count] } = createCounts(1, 1001);
  assert.ok(count !== undefined);
  assert.ok(!count.take(1002));
  assert.ok(count.take(1001));
  assert.ok(!count.take(1));
  assert.equal(count.total, 1001);
});

Deno.test("SharedCount tells what it holds, and what the one holds that has least beside it", () => {
  const { counts: [first, second, third] } = createCounts(3, 600);
  assert.ok(first !== undefined && second !== undefined && third !== undefined);
  assert.ok(first.take(7) && second.take(5) && third.take(3));
  assert.deepEqual([first.own, first.leastOther, third.leastOther], [7, 3, 5]);
  assert.equal(createCounts(1, 600).counts[0]?.leastOther, Infinity);
});

Deno.test("SharedCount.take() counts beyond 32 bits", () => {
  const { counts: [count, other] } = createCounts(2, 2 ** 40);
  assert.ok(count !== undefined);
  assert.ok(count.take(2 ** 39 + 1));
  assert.ok(other?.take(2 ** 38));
  assert.equal(count.total, 2 ** 39 + 1 + 2 ** 38);
});

Deno.test("SharedCount.take() keeps each isolate's reserve for it beside one that takes all it can", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 6 }),
      fc.integer({ min: 0, max: 300 }),
      fc.integer({ min: 1, max: 9 }),
      (isolates, limit, step) => {
        const { counts: [greedy, ...others] } = createCounts(isolates, limit);
        assert.ok(greedy !== undefined);
        const reserve = Math.floor(limit / (2 * isolates));
        const open = limit - (isolates - 1) * reserve;
        fc.pre(open >= step);
        const held = takeAll(greedy, step);
        assert.equal(held, open - open % step);
        for (const other of others) assert.ok(other.take(reserve));
        assert.ok(greedy.total <= limit);
      },
    ),
  );
});

Deno.test("SharedCount.take() never lets isolates cross the limit in sum, and refuses by the rule alone", () => {
  const events = fc.array(
    fc.record({
      isolate: fc.nat({ max: 3 }),
      kind: fc.constantFrom("take", "give"),
      x: fc.nat(90),
    }),
    { maxLength: 80 },
  );
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.nat(200), events, (isolates, limit, events) => {
      const { counts } = createCounts(isolates, limit);
      const held = counts.map((): number[] => []);
      const sum = (amounts: readonly number[]) => amounts.reduce((a, b) => a + b, 0);
      const reserve = Math.floor(limit / (2 * isolates));
      for (const { kind, x, ...event } of events) {
        const isolate = event.isolate % isolates;
        const [count, own] = [counts[isolate], held[isolate]];
        assert.ok(count !== undefined && own !== undefined);
        if (kind === "give") {
          count.give(own.pop() ?? 0);
        } else {
          const others = held.filter((amounts) => amounts !== own);
          const kept = sum(others.map((amounts) => Math.max(sum(amounts), reserve)));
          const fits = sum(held.flat()) + x <= limit;
          const isOwn = sum(own) + x <= reserve || sum(own) === 0;
          const isAllowed = fits && (sum(own) + x + kept <= limit || isOwn);
          assert.equal(count.take(x), isAllowed);
          if (isAllowed) own.push(x);
        }
        assert.equal(count.total, sum(held.flat()));
        assert.ok(count.total <= limit);
      }
      held.forEach((amounts, isolate) => amounts.forEach((x) => counts[isolate]?.give(x)));
      assert.equal(counts[0]?.total, 0);
    }),
  );
});

Deno.test("SharedCount.take() gives an idle gateway's whole limit to any one of its isolates, once", () => {
  for (const isolates of [1, 2, 4, 64]) {
    const { counts } = createCounts(isolates, 1000);
    for (const count of counts) {
      assert.ok(count.take(1000));
      assert.ok(counts.every((other) => !other.take(1)));
      count.give(1000);
    }
  }
});

Deno.test("SharedCount.take() never lets isolates that race hold more than the limit", async () => {
  const [limit, isolates] = [1000, 2];
  const { counters, counts: [count] } = createCounts(isolates, limit);
  const board = new Int32Array(new SharedArrayBuffer(8));
  const reports = await Promise.all(
    Array.from(
      { length: isolates },
      (_, isolate) => race({ counters, isolate, limit, rounds: 500_000, board }),
    ),
  );
  for (const { taken, refused, mostHeld } of reports) {
    assert.ok(taken > 0 && refused > 0);
    assert.ok(mostHeld <= limit, `${mostHeld}`);
  }
  assert.equal(count?.total, 0);
});

/** Runs one isolate of the race in a worker. */
async function race(race: AdmissionRace): Promise<AdmissionRaceReport> {
  const url = new URL("../../testing/workers/admission_worker.ts", import.meta.url);
  const worker = new Worker(url, { type: "module" });
  try {
    const { promise, resolve, reject } = Promise.withResolvers<AdmissionRaceReport>();
    worker.onmessage = ({ data }: MessageEvent<AdmissionRaceReport>) => resolve(data);
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage(race);
    return await promise;
  } finally {
    worker.terminate();
  }
}

Deno.test("releaseIsolate() gives back what a dead isolate held, and nothing else", () => {
  const counters = createAdmissionCounters(3);
  const all = (["requests", "bytes", "pixels"] as const).map((quantity) =>
    [0, 1, 2].map((isolate) => new SharedCount(counters, { quantity, isolate, limit: 600 }))
  );
  for (const counts of all) {
    counts.forEach((count, isolate) => assert.ok(count.take(100 + isolate)));
    assert.equal(counts[0]?.total, 303);
  }
  releaseIsolate(counters, 1);
  for (const [first, dead, last] of all) {
    assert.equal(first?.total, 202);
    last?.give(102);
    first?.give(100);
    assert.equal(first?.total, 0);
    // Another isolate takes the row.
    assert.ok(dead?.take(400));
    assert.ok(!dead?.take(1));
  }
});

Deno.test("SharedCount.hasRoom() says what take() would, and takes nothing", () => {
  const { counts: [one, other] } = createCounts(2, 100);
  assert.ok(one && other);
  assert.ok(one.hasRoom(100));
  assert.equal(one.total, 0);
  assert.ok(one.take(75));
  for (const amount of [1, 25, 26]) {
    assert.equal(other.hasRoom(amount), amount <= 25, `${amount}`);
    assert.equal(one.hasRoom(amount), false, `${amount}`);
  }
  assert.equal(one.total, 75);
});
