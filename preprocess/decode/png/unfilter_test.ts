import assert from "node:assert/strict";
import fc from "../../../testing/fast_check.ts";
import { unfilterRow } from "./unfilter.ts";

/** The standard's own words (PNG 3rd edition, table 10 and section 9.4). */
function predicted(filter: number, left: number, over: number, corner: number): number {
  if (filter < 4) return [0, left, over, Math.floor((left + over) / 2)][filter] as number;
  const distances = [over - corner, left - corner, left + over - 2 * corner].map(Math.abs);
  return [left, over, corner][distances.indexOf(Math.min(...distances))] as number;
}

function expected(filter: number, above: Uint8Array, row: Uint8Array, step: number): Uint8Array {
  const result = new Uint8Array(row.length);
  row.forEach((byte, at) => {
    const before = (bytes: Uint8Array) => at < step ? 0 : bytes[at - step] as number;
    result[at] = byte + predicted(filter, before(result), above[at] as number, before(above));
  });
  return result;
}

Deno.test("unfilterRow() does what the standard says, for every filter, step and row", () => {
  const rows = fc.integer({ min: 1, max: 60 }).chain((length) => {
    const bytes = fc.uint8Array({ minLength: length, maxLength: length });
    return fc.tuple(bytes, bytes);
  });
  const step = fc.constantFrom(1, 2, 3, 4, 6, 8);
  fc.assert(fc.property(rows, fc.nat(4), step, ([above, row], filter, step) => {
    fc.pre(row.length >= step);
    const buffer = Uint8Array.from([0, ...above, filter, ...row, 77]);
    const start = above.length + 2;
    unfilterRow(buffer, { start, length: row.length, above: 1, step });
    assert.deepEqual(
      buffer.subarray(start, start + row.length),
      expected(filter, above, row, step),
    );
    assert.deepEqual([buffer.subarray(1, 1 + above.length), buffer.at(-1)], [above, 77]);
  }));
});

Deno.test("unfilterRow() throws for a filter that does not exist", () => {
  const buffer = Uint8Array.of(0, 1, 5, 1);
  assert.throws(() => unfilterRow(buffer, { start: 3, length: 1, above: 1, step: 1 }), /filter/);
});
