import assert from "node:assert/strict";
import { createRestoreRow, type PredictorOptions } from "./tiff_predictor.ts";

function restore(row: readonly number[], options: Partial<PredictorOptions>): number[] {
  const bytes = Uint8Array.from(row);
  const defaults = { predictor: 2, bits: 8, stride: 1, isFloat: false, isLittleEndian: true };
  createRestoreRow({ ...defaults, ...options })(bytes);
  return [...bytes];
}

Deno.test("createRestoreRow() adds differences up, each to the sample of its kind", () => {
  assert.deepEqual(restore([250, 10, 1], {}), [250, 4, 5]);
  assert.deepEqual(restore([1, 100, 2, 100, 3, 100], { stride: 2 }), [1, 100, 3, 200, 6, 44]);
});

Deno.test("createRestoreRow() carries over bytes, and puts them in the machine's order first", () => {
  assert.deepEqual(restore([255, 1, 1, 0], { bits: 16 }), [255, 1, 0, 2]);
  assert.deepEqual(restore([1, 255, 0, 1], { bits: 16, isLittleEndian: false }), [255, 1, 0, 2]);
  const long = [255, 255, 255, 0, 1, 0, 0, 0];
  assert.deepEqual(restore(long, { bits: 32 }), [255, 255, 255, 0, 0, 0, 0, 1]);
  assert.deepEqual(restore([1, 2, 3, 4], { predictor: 1, bits: 32, isLittleEndian: false }), [
    4,
    3,
    2,
    1,
  ]);
});

Deno.test("createRestoreRow() gathers a float's bytes from all over the row", () => {
  // 1 and 2: 3f800000 and 40000000, first bytes first, as differences.
  const row = [0x3f, 1, 0x80 - 0x40, 0x80, 0, 0, 0, 0];
  const options = { predictor: 3, bits: 32, isFloat: true };
  assert.deepEqual(restore(row, options), [0, 0, 0x80, 0x3f, 0, 0, 0, 0x40]);
});

Deno.test("createRestoreRow() has no predictor for other samples, as libtiff", () => {
  for (const options of [{ bits: 4 }, { predictor: 3, bits: 32 }, { predictor: 9 }]) {
    assert.throws(() => restore([1], options), /Cannot restore samples/);
  }
});
