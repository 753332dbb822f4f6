import assert from "node:assert/strict";
import { AXIS_WINDOWS } from "../../testing/axis_windows.ts";
import fc from "../../testing/fast_check.ts";
import { axisWeights } from "../resize/axis_weights.ts";
import { axisTable, AxisTableCache } from "./axis_tables.ts";

/** Weights by source sample, those of 0 left out. */
function weightsOf(start: number, weights: readonly number[]): Map<number, number> {
  return new Map(
    weights.map((weight, tap) => [start + tap, weight] as const).filter(([, weight]) => weight),
  );
}

Deno.test("axisTable() has the weights of axisWeights(), in two parts of 16 bits", () => {
  fc.assert(fc.property(AXIS_WINDOWS, (window) => {
    const axis = axisWeights(window);
    const table = axisTable(window);
    for (let index = 0; index < window.count; index++) {
      const first = index * table.taps * 2;
      const joined = Array.from({ length: table.taps }, (_, tap) => {
        const place = first + (tap >> 1) * 4 + (tap & 1);
        return (table.weights[place] as number) * 2 ** 15 + (table.weights[place + 2] as number);
      });
      const count = axis.counts[index] as number;
      const plain = axis.weights.subarray(index * axis.stride, index * axis.stride + count);
      assert.deepEqual(
        weightsOf(table.starts[index] as number, joined),
        weightsOf(axis.starts[index] as number, [...plain]),
      );
    }
  }));
});

Deno.test("axisTable() reads at most one sample beyond those that count", () => {
  fc.assert(fc.property(AXIS_WINDOWS, (window) => {
    const { starts, taps, sourceStart, sourceEnd } = axisTable(window);
    assert.equal(taps % 2, 0);
    for (const start of starts) {
      assert.ok(start >= sourceStart);
      assert.ok(start + taps <= Math.max(sourceEnd, sourceStart + taps));
    }
    assert.ok(sourceStart + taps <= sourceEnd + 1);
  }));
});

const AXIS = { outSize: 224, start: 0, count: 224, interpolation: "bicubic" } as const;

Deno.test("AxisTableCache.get() gives back what it has, and keeps what was used last", () => {
  const window = (inSize: number) => ({ ...AXIS, inSize });
  const one = axisTable(window(1000));
  const cache = new AxisTableCache((one.starts.byteLength + one.weights.byteLength) * 2.5);
  const first = cache.get(window(1000));
  const second = cache.get(window(1001));
  assert.equal(cache.get(window(1000)), first);
  cache.get(window(1002));
  assert.equal(cache.get(window(1000)), first);
  assert.notEqual(cache.get(window(1001)), second);
});

Deno.test("AxisTableCache.get() takes no box for another, nor for the whole axis", () => {
  const window = { ...AXIS, inSize: 1000 };
  const boxes = [undefined, { start: 0, length: 999.5 }, { start: 0.5, length: 999.5 }];
  const cache = new AxisTableCache();
  for (const box of boxes) {
    assert.deepEqual(cache.get({ ...window, box }), axisTable({ ...window, box }));
  }
});

Deno.test("AxisTableCache stays within its bytes", () => {
  const cache = new AxisTableCache(100_000);
  const asked = Array.from({ length: 108 }, (_, index) => {
    const window = { ...AXIS, inSize: 1 + index * 37 };
    return { window, table: cache.get(window) };
  });
  // From the newest to the first one that has to be made anew.
  const gone = asked.findLastIndex(({ window, table }) => cache.get(window) !== table);
  const kept = asked.slice(gone + 1)
    .map(({ table }) => table.starts.byteLength + table.weights.byteLength);
  const bytes = kept.reduce((sum, length) => sum + length, 0);
  assert.ok(gone >= 0 && bytes > 0 && bytes <= 100_000, `${bytes}`);
});
