import assert from "node:assert/strict";
import { AXIS_WINDOWS } from "../../testing/axis_windows.ts";
import fc from "../../testing/fast_check.ts";
import { type AxisWeights, axisWeights, PRECISION_BITS } from "./axis_weights.ts";

const ONE = 1 << PRECISION_BITS;
const BICUBIC = { interpolation: "bicubic" } as const;

/** Start, and weights, of each output sample. */
function taps({ starts, counts, weights, stride }: AxisWeights): { start: number; of: number[] }[] {
  return [...starts].map((start, index) => ({
    start,
    of: [...weights.subarray(index * stride, index * stride + (counts[index] ?? 0))],
  }));
}

Deno.test("axisWeights() gives Pillow's numbers for 2 samples enlarged to 4", () => {
  const weight = (value: number, sum: number) => Math.round((value / sum) * ONE);
  // Samples lie 0.25 and 1.25 from the first centre, 0.25 and 0.75 from the second.
  const [near, mid, far] = [0.8671875, 0.2265625, -0.0703125];
  const weights = axisWeights({ ...BICUBIC, inSize: 2, outSize: 4, start: 0, count: 2 });
  assert.deepEqual(taps(weights), [
    { start: 0, of: [weight(near, near + far), weight(far, near + far)] },
    { start: 0, of: [weight(near, near + mid), weight(mid, near + mid)] },
  ]);
  assert.equal(weights.isIdentity, false);
});

Deno.test("axisWeights() sum to 1 up to half a unit a tap", () => {
  fc.assert(fc.property(AXIS_WINDOWS, (window) => {
    for (const { of } of taps(axisWeights(window))) {
      const sum = of.reduce((total, weight) => total + weight, 0);
      assert.ok(Math.abs(sum - ONE) <= of.length / 2, `${sum - ONE} off with ${of.length} taps`);
    }
  }));
});

Deno.test("axisWeights() read inside the source, and say which part of it", () => {
  fc.assert(fc.property(AXIS_WINDOWS, (window) => {
    const weights = axisWeights(window);
    const { sourceStart, sourceEnd, starts, counts } = weights;
    assert.ok(sourceStart >= 0 && sourceEnd <= window.inSize && sourceStart < sourceEnd);
    assert.equal(Math.min(...starts), sourceStart);
    assert.equal(
      Math.max(...starts.map((start, index) => start + (counts[index] ?? 0))),
      sourceEnd,
    );
  }));
});

Deno.test("axisWeights() of a window are those of the whole axis", () => {
  fc.assert(fc.property(AXIS_WINDOWS, (window) => {
    const { start, count, outSize } = window;
    const whole = axisWeights({ ...window, start: 0, count: outSize });
    assert.deepEqual(taps(axisWeights(window)), taps(whole).slice(start, start + count));
  }));
});

Deno.test("axisWeights() of a box are those of the axis that it was cut from", () => {
  const axis = { ...BICUBIC, inSize: 20, outSize: 5, start: 1, count: 3 };
  const cut = { ...axis, inSize: 40, box: { start: 7, length: 20 } };
  const expected = taps(axisWeights(axis));
  // Away from the ends, where the filter of the cut axis reads beyond the box.
  const [, middle] = taps(axisWeights(cut));
  assert.deepEqual(middle?.of, expected[1]?.of);
  assert.equal(middle?.start, (expected[1]?.start ?? NaN) + 7);
});

Deno.test("axisWeights() copy nothing where a box is not the whole axis", () => {
  const box = { start: 0, length: 299.5 };
  const weights = axisWeights({
    ...BICUBIC,
    inSize: 300,
    box,
    outSize: 300,
    start: 38,
    count: 224,
  });
  assert.equal(weights.isIdentity, false);
});

Deno.test("axisWeights() copy samples where the size stays", () => {
  const weights = axisWeights({ ...BICUBIC, inSize: 300, outSize: 300, start: 38, count: 224 });
  assert.equal(weights.isIdentity, true);
  assert.deepEqual([weights.sourceStart, weights.sourceEnd], [38, 262]);
  assert.deepEqual(taps(weights)[5], { start: 43, of: [ONE] });
});

Deno.test("axisWeights() of a window cost nothing for the rest of the axis", () => {
  const weights = axisWeights({
    ...BICUBIC,
    inSize: 65500,
    outSize: 14_672_000,
    start: 7e6,
    count: 224,
  });
  assert.ok(weights.weights.length <= 224 * 5);
  assert.ok(weights.sourceEnd - weights.sourceStart <= 8);
});
