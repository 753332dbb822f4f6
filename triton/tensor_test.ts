import assert from "node:assert/strict";
import { assertByteLength, tensorByteLength, tensorFromBytes } from "./tensor.ts";

Deno.test("tensorByteLength() multiplies dimensions and element size", () => {
  const size = (datatype: "FP32" | "UINT8" | "INT64", shape: number[]) =>
    tensorByteLength({ name: "image", datatype, shape });
  assert.equal(size("FP32", [1, 3, 224, 224]), 602_112);
  assert.equal(size("UINT8", [32, 224, 224, 3]), 4_816_896);
  assert.equal(size("INT64", []), 8);
});

Deno.test("tensorByteLength() refuses dimensions that are no sizes", () => {
  for (const bad of [-1, 0, 1.5, NaN]) {
    assert.throws(
      () => tensorByteLength({ name: "image", datatype: "FP32", shape: [1, bad] }),
      new RangeError(`Cannot size tensor image as its dimensions must be > 0: one is ${bad}`),
    );
  }
});

Deno.test("assertByteLength() and tensorFromBytes() hold the size to the shape", () => {
  const spec = { name: "x", datatype: "FP32", shape: [2, 2] } as const;
  const message = (found: number) =>
    new RangeError(`Cannot use tensor x as FP32 [2,2] takes 16 bytes: there are ${found}`);
  assert.throws(() => tensorFromBytes(spec, new Uint8Array(17)), message(17));
  assert.throws(() => assertByteLength(spec, 0), message(0));
});

Deno.test("tensorFromBytes() is a view where it can be, and a copy of what is not aligned", () => {
  const buffer = new ArrayBuffer(12);
  new DataView(buffer).setFloat32(4, 1.5, true);
  const spec = { name: "x", datatype: "FP32", shape: [1] } as const;
  const aligned = tensorFromBytes(spec, new Uint8Array(buffer, 4, 4));
  assert.equal(aligned.data[0], 1.5);
  assert.equal(aligned.data.buffer, buffer);

  new DataView(buffer).setFloat32(5, -0.25, true);
  assert.equal(tensorFromBytes(spec, new Uint8Array(buffer, 5, 4)).data[0], -0.25);
});

Deno.test("tensorFromBytes() gives every datatype its array", () => {
  const bytes = new Uint8Array(8).fill(255);
  const read = (datatype: "FP32" | "INT32" | "INT64" | "UINT8", length: number) =>
    tensorFromBytes({ name: "x", datatype, shape: [length] }, bytes).data;
  assert.deepEqual(read("INT64", 1), new BigInt64Array([-1n]));
  assert.deepEqual(read("INT32", 2), new Int32Array([-1, -1]));
  assert.deepEqual(read("UINT8", 8), bytes);
  assert(Number.isNaN(read("FP32", 2)[0]));
});
