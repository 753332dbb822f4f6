import assert from "node:assert/strict";
import type { TensorSpec } from "../../../models/contract/manifest.ts";
import { BatchTensor } from "./batch_tensor.ts";

const FP32: TensorSpec = { name: "image", datatype: "FP32", shape: [1, 2] };
const UINT8: TensorSpec = { name: "image", datatype: "UINT8", shape: [2, 1] };

/** Slots whose values are their number. */
function floatSlots(count: number): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(count * 8);
  new Float32Array(memory).forEach((_, index, values) => values[index] = index >> 1);
  return memory;
}

Deno.test("BatchTensor.gather() puts inputs side by side, in the order asked for", () => {
  const tensor = new BatchTensor(FP32).gather(floatSlots(5), [4, 0, 3]);
  assert.deepEqual([tensor.type, tensor.dims], ["float32", [3, 1, 2]]);
  assert.deepEqual([...tensor.data], [4, 4, 0, 0, 3, 3]);
});

Deno.test("BatchTensor.gather() takes bytes as they are", () => {
  const memory = new SharedArrayBuffer(4);
  new Uint8Array(memory).set([1, 2, 3, 4]);
  const tensor = new BatchTensor(UINT8).gather(memory, [1]);
  assert.deepEqual([tensor.type, tensor.dims, [...tensor.data]], ["uint8", [1, 2, 1], [3, 4]]);
});

Deno.test("BatchTensor.gather() shows nothing of larger batches in smaller ones, and the other way round", () => {
  const batch = new BatchTensor(FP32);
  const memory = floatSlots(5);
  for (const slots of [[1], [2, 3, 4], [0], [3, 3], [4, 3, 2, 1, 0], [2]]) {
    const tensor = batch.gather(memory, slots);
    assert.deepEqual([...tensor.data], slots.flatMap((slot) => [slot, slot]));
  }
});

Deno.test("BatchTensor.gather() makes nothing anew for a size that it knows", () => {
  const batch = new BatchTensor(FP32);
  const memory = floatSlots(2);
  batch.gather(memory, [0, 1]);
  assert.equal(batch.gather(memory, [1]), batch.gather(memory, [0]));
});
