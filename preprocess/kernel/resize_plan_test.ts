import assert from "node:assert/strict";
import fc from "../../testing/fast_check.ts";
import { pixelBytes, type PixelMode } from "../contract/pixels.ts";
import { AxisTableCache } from "./axis_tables.ts";
import { Arena, memoryBytes, planResize } from "./resize_plan.ts";

const settings = { size: 224, start: 4096, rgb: 1024, axes: new AxisTableCache() };

Deno.test("Arena gives blocks that are aligned and do not touch", () => {
  const arena = new Arena(4096);
  const blocks = [1, 64, 0, 1000].map((length) => ({ length, address: arena.take(length) }));
  blocks.forEach(({ address, length }, index) => {
    assert.equal(address % 64, 0);
    assert.ok(address + length + 64 <= (blocks[index + 1]?.address ?? arena.end));
  });
});

Deno.test("planResize() puts its blocks one behind the other, the input last", () => {
  const shapes = fc.record({
    width: fc.integer({ min: 1, max: 5000 }),
    height: fc.integer({ min: 1, max: 5000 }),
    mode: fc.constantFrom<PixelMode[]>("L", "RGB", "CMYK"),
  });
  fc.assert(fc.property(shapes, (shape) => {
    const plan = planResize(shape, { ...settings, pillow: 13 });
    const addresses = [plan.columnTable, plan.rowTable, plan.between, plan.padded, plan.strip];
    assert.deepEqual(addresses, addresses.toSorted((left, right) => left - right));
    assert.ok(plan.stripRows >= (plan.isVerticalFirst ? plan.rows.taps : 1));
    const bytes = shape.width * shape.height * pixelBytes(shape);
    assert.ok(memoryBytes(plan, shape.height) >= plan.strip + bytes + plan.inputStride);
    assert.equal(plan.input, plan.strip);
  }));
});

Deno.test("planResize() needs few rows at a time of a wide picture, however many an output row has", () => {
  const shape = { width: 25_000, height: 1000, mode: "RGB" } as const;
  const plan = planResize(shape, { ...settings, pillow: 13, resize_mode: "longest" });
  assert.ok(plan.rows.taps > 400);
  assert.ok(plan.stripRows < 10);
  assert.ok(memoryBytes(plan, plan.stripRows) < 2 * 2 ** 20);
});

Deno.test("planResize() puts an image that is the crop in its place, and no other", () => {
  const crop = { width: 224, height: 224, mode: "RGB" } as const;
  const { isCrop, input } = planResize(crop, { ...settings, pillow: 13 });
  assert.deepEqual([isCrop, input], [true, 1024]);
  for (
    const other of [{ width: 225 }, { height: 225 }, { mode: "L" }, { mode: "CMYK" }] as const
  ) {
    const plan = planResize({ ...crop, ...other }, { ...settings, pillow: 13 });
    assert.deepEqual([plan.isCrop, plan.input], [false, plan.strip]);
  }
});

Deno.test("planResize() follows the pass order of the Pillow asked for", () => {
  const tall = { width: 333, height: 777, mode: "RGB" } as const;
  assert.equal(planResize(tall, { ...settings, pillow: 13 }).isVerticalFirst, true);
  assert.equal(planResize(tall, { ...settings, pillow: 12 }).isVerticalFirst, false);
  const wide = { width: 777, height: 333, mode: "RGB" } as const;
  assert.equal(planResize(wide, { ...settings, pillow: 13 }).isVerticalFirst, false);
});
