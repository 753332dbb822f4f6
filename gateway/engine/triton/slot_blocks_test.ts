import assert from "node:assert/strict";
import fc from "../../../testing/fast_check.ts";
import { packSlots } from "./slot_blocks.ts";

Deno.test("packSlots() sends neighbouring slots in one request", () => {
  assert.deepEqual(packSlots([4, 5, 6], [0, 1, 2], 32), [
    {
      firstSlot: 4,
      count: 3,
      rows: [{ row: 0, position: 0 }, { row: 1, position: 1 }, { row: 2, position: 2 }],
    },
  ]);
});

Deno.test("packSlots() sends the slot of a failed item in the middle and drops its row", () => {
  assert.deepEqual(packSlots([4, 5, 6], [0, 2], 32), [
    { firstSlot: 4, count: 3, rows: [{ row: 0, position: 0 }, { row: 2, position: 2 }] },
  ]);
});

Deno.test("packSlots() never spans slots of somebody else", () => {
  const blocks = packSlots([4, 6, 7], [0, 1, 2], 32);
  assert.deepEqual(blocks.map(({ firstSlot, count }) => [firstSlot, count]), [[4, 1], [6, 2]]);
});

Deno.test("packSlots() splits above the model's batch size", () => {
  const slots = Array.from({ length: 5 }, (_, index) => index);
  const blocks = packSlots(slots, slots, 2);
  assert.deepEqual(blocks.map(({ firstSlot, count }) => [firstSlot, count]), [
    [0, 2],
    [2, 2],
    [4, 1],
  ]);
});

Deno.test("packSlots() maps every wanted position to its own slot exactly once", () => {
  const lease = fc.uniqueArray(fc.nat(40), { minLength: 1, maxLength: 20 })
    .map((slots) => slots.sort((a, b) => a - b));
  fc.assert(fc.property(lease, fc.infiniteStream(fc.boolean()), fc.integer({ min: 1, max: 8 }), (
    slots,
    wanted,
    batchMax,
  ) => {
    const positions = slots.map((_, index) => index).filter(() => wanted.next().value);
    const blocks = packSlots(slots, positions, batchMax);
    const found = blocks.flatMap(({ firstSlot, count, rows }) => {
      assert.ok(count >= 1 && count <= batchMax);
      for (let offset = 0; offset < count; offset++) assert.ok(slots.includes(firstSlot + offset));
      return rows.map(({ row, position }) => {
        assert.ok(row < count);
        assert.equal(slots[position], firstSlot + row);
        return position;
      });
    });
    assert.deepEqual(found, positions);
  }));
});
