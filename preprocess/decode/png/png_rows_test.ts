import assert from "node:assert/strict";
import { deflateSync } from "node:zlib";
import { InflatedRows } from "./png_rows.ts";

const ROW_BYTES = 10;
const RAW = Uint8Array.from({ length: 6 * ROW_BYTES }, (_, at) => at * at >> 3);

/** The rows that are filled of so many, when the packed rows come in pieces. */
function fill(rowCount: number, ...pieces: readonly Uint8Array[]): number {
  const rows = new Uint8Array(rowCount * ROW_BYTES);
  using inflated = new InflatedRows(pieces.values());
  const filled = inflated.fill(rows, ROW_BYTES);
  const { length } = rows.subarray(0, filled * ROW_BYTES);
  assert.deepEqual(rows.subarray(0, length), RAW.subarray(0, length));
  return filled;
}

function packed(rowCount: number, more = 0): Uint8Array {
  return Uint8Array.from(deflateSync(RAW.subarray(0, rowCount * ROW_BYTES + more)));
}

Deno.test("InflatedRows.fill() fills rows from pieces of any size", () => {
  const bytes = packed(6);
  assert.equal(fill(6, bytes), 6);
  assert.equal(fill(6, ...Array.from(bytes, (byte) => Uint8Array.of(byte))), 6);
  assert.equal(fill(4, bytes), 4);
});

Deno.test("InflatedRows.fill() gives fewer rows where the stream ends with one of them", () => {
  const bytes = packed(3);
  assert.equal(fill(6, bytes), 3);
  assert.equal(fill(6, bytes, Uint8Array.of(1, 2)), 3);
  // Pillow has to find the end in the same step as the row.
  assert.throws(() => fill(6, bytes.subarray(0, -4), bytes.subarray(-4)), /end early/);
});

Deno.test("InflatedRows.fill() throws where the data end within a row, or without an end of theirs", () => {
  assert.throws(() => fill(6, packed(3, 1)), /end early/);
  assert.throws(() => fill(6, packed(6).subarray(0, -12)), /end early/);
  assert.throws(() => fill(6), /end early/);
  assert.throws(() => fill(6, packed(0)), /end early/);
});
