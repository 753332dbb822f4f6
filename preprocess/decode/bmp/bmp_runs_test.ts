import assert from "node:assert/strict";
import { unpackBmpRuns } from "./bmp_runs.ts";

/** Rows of 4×2, in the order of the file. */
function unpack(isHalfBytes: boolean, ...bytes: readonly number[]): string {
  const runs = { start: 0, width: 4, height: 2, isHalfBytes };
  return unpackBmpRuns(Uint8Array.from(bytes), runs).join("");
}

// More of them stand beside Pillow in rasters_test.ts.

Deno.test("unpackBmpRuns() repeats bytes, and half bytes in turn", () => {
  assert.equal(unpack(false, 4, 1, 0, 0, 3, 2, 1, 3, 0, 1), "11112223");
  assert.equal(unpack(true, 4, 0x12, 0, 0, 3, 0x34, 1, 0x50), "12123435");
});

Deno.test("unpackBmpRuns() cuts a run at the row's end, and fills up rows that end early", () => {
  assert.equal(unpack(false, 9, 1, 0, 0, 4, 2), "11112222");
  assert.equal(unpack(false, 1, 1, 0, 0, 1, 2, 0, 0), "10002000");
});

Deno.test("unpackBmpRuns() copies pixels, and goes on at an even byte", () => {
  assert.equal(unpack(false, 0, 3, 1, 2, 3, 99, 1, 4, 0, 0, 4, 5), "12345555");
  assert.equal(unpack(true, 0, 3, 0x12, 0x30, 1, 0x40, 0, 0, 4, 0x55), "12345555");
});

Deno.test("unpackBmpRuns() passes over pixels by a delta", () => {
  assert.equal(unpack(false, 1, 1, 0, 2, 1, 1, 2, 2), "10000022");
});

Deno.test("unpackBmpRuns() throws where pixels are missing", () => {
  assert.throws(() => unpack(false, 4, 1, 0, 1), /end early/);
  assert.throws(() => unpack(false, 4, 1, 0, 0, 0, 9, 1), /end early/);
  assert.throws(() => unpack(false, 4, 1, 0, 2, 1), /end early/);
  assert.throws(() => unpack(false), /end early/);
});
