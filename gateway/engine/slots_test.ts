import assert from "node:assert/strict";
import fc from "../../testing/fast_check.ts";
import type { LeaseHolder } from "./engine.ts";
import { SlotAllocator } from "./slots.ts";

Deno.test("SlotAllocator.take() gives the lowest slots first, in a row", () => {
  const slots = new SlotAllocator(5);
  assert.deepEqual(slots.take(2), [0, 1]);
  assert.deepEqual(slots.take(3), [2, 3, 4]);
  assert.equal(slots.inUse, 5);
});

Deno.test("SlotAllocator.take() prefers a gap that holds all to slots that lie apart", () => {
  const slots = new SlotAllocator(6);
  const [first] = [slots.take(1), slots.take(1)];
  slots.release(first ?? []);
  assert.deepEqual(slots.take(3), [2, 3, 4]);
  assert.deepEqual(slots.take(2), [0, 5]);
});

Deno.test("SlotAllocator.take() gives the lowest slots in turn, and higher ones while those are taken", () => {
  const slots = new SlotAllocator(6, { inTurn: 4 });
  const taken = [slots.take(1), slots.take(1)];
  for (const slot of taken) slots.release(slot ?? []);
  assert.deepEqual([slots.take(1), slots.take(1)], [[2], [3]]);
  assert.deepEqual([slots.take(2), slots.take(2)], [[0, 1], [4, 5]]);
  slots.release([1]);
  assert.deepEqual(slots.take(1), [1]);
});

Deno.test("SlotAllocator.take() refuses more than are free and takes nothing then", () => {
  const slots = new SlotAllocator(3);
  slots.take(2);
  assert.equal(slots.take(2), undefined);
  assert.equal(slots.inUse, 2);
  assert.deepEqual(slots.take(1), [2]);
  assert.equal(slots.take(1), undefined);
});

Deno.test("SlotAllocator.take() sets one slot aside for the canary, beyond those of requests", () => {
  const slots = new SlotAllocator(2);
  assert.equal(slots.capacity, 3);
  slots.take(2);
  assert.deepEqual(slots.take(1, "canary"), [2]);
  assert.equal(slots.take(1, "canary"), undefined);
  assert.equal(slots.inUse, 2);
  slots.release([2]);
  assert.equal(slots.take(1), undefined);
  assert.equal(slots.take(2, "canary"), undefined);
  assert.deepEqual(slots.take(1, "canary"), [2]);
});

Deno.test("SlotAllocator.isAnyTaken counts the canary's slot too", () => {
  const slots = new SlotAllocator(2);
  assert.equal(slots.isAnyTaken, false);
  const taken = slots.take(1, "canary") ?? [];
  assert.equal(slots.isAnyTaken, true);
  slots.release(taken);
  assert.equal(slots.isAnyTaken, false);
});

Deno.test("SlotAllocator.heldSeconds adds up how long each slot is held by a request", () => {
  let ms = 5000;
  const slots = new SlotAllocator(4, { now: () => ms });
  ms += 1000;
  const pair = slots.take(2) ?? [];
  ms += 500;
  const one = slots.take(1) ?? [];
  const canary = slots.take(1, "canary") ?? [];
  assert.equal(slots.heldSeconds, 1);
  ms += 2000;
  assert.equal(slots.take(2), undefined);
  slots.release(pair);
  assert.equal(slots.heldSeconds, 7);
  ms += 3000;
  for (const taken of [one, canary]) slots.release(taken);
  ms += 9000;
  assert.equal(slots.heldSeconds, 10);
});

Deno.test("SlotAllocator.release() refuses slots that nobody holds", () => {
  const slots = new SlotAllocator(2);
  slots.release(slots.take(1) ?? []);
  for (const slot of [0, 1, 2, 3, -1]) {
    const message = `Cannot release slot ${slot}: it is not taken`;
    assert.throws(() => slots.release([slot]), { name: "RangeError", message });
  }
  assert.equal(slots.inUse, 0);
});

Deno.test("SlotAllocator never gives a slot to two holders, and gets all of them back", () => {
  const events = fc.array(
    fc.record({
      takes: fc.boolean(),
      count: fc.integer({ min: 1, max: 5 }),
      holder: fc.constantFrom<LeaseHolder>("request", "request", "request", "canary"),
      which: fc.nat(),
    }),
    { maxLength: 80 },
  );
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), fc.nat(12), events, (total, inTurn, events) => {
      const slots = new SlotAllocator(total, { inTurn });
      const leases: { taken: readonly number[]; holder: LeaseHolder }[] = [];
      for (const { takes, count, holder, which } of events) {
        if (!takes) {
          const [lease] = leases.splice(which % Math.max(1, leases.length), 1);
          slots.release(lease?.taken ?? []);
          continue;
        }
        const held = new Set(leases.flatMap(({ taken }) => taken));
        const taken = slots.take(count, holder);
        if (taken === undefined) {
          const isFull = count > total - slots.inUse;
          assert.ok(holder === "canary" ? count !== 1 || held.has(total) : isFull);
          continue;
        }
        assert.equal(new Set(taken).size, count);
        assert.ok(taken.every((slot) => !held.has(slot)));
        assert.ok(taken.every((slot) => holder === "canary" ? slot === total : slot < total));
        assert.deepEqual(taken, taken.toSorted((a, b) => a - b));
        if (contiguousRuns(taken).length > 1) assertNoGap(held, total, count);
        leases.push({ taken, holder });
      }
      for (const { taken } of leases) slots.release(taken);
      assert.equal(slots.inUse, 0);
      assert.equal(slots.isAnyTaken, false);
    }),
  );
});

/** Asserts that nowhere are `count` slots free in a row. */
function assertNoGap(held: ReadonlySet<number>, total: number, count: number): void {
  const free = Array.from({ length: total }, (_, slot) => slot).filter((slot) => !held.has(slot));
  assert.ok(contiguousRuns(free).every((run) => run.length < count), "a gap was overlooked");
}

/** Splits slots into runs of neighbours, keeping their order: [3, 4, 9] becomes [[3, 4], [9]]. */
function contiguousRuns(slots: readonly number[]): number[][] {
  const runs: number[][] = [];
  for (const slot of slots) {
    const run = runs.at(-1);
    if (run !== undefined && slot === (run.at(-1) ?? NaN) + 1) run.push(slot);
    else runs.push([slot]);
  }
  return runs;
}
