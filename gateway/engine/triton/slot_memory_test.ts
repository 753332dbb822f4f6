import assert from "node:assert/strict";
import type { TensorSpec } from "../../../models/contract/manifest.ts";
import type { SharedMemoryRegion } from "../../../triton/shared_memory.ts";
import type { TritonConnection } from "./connection.ts";
import { slotBytes, slotCapacity, SlotMemory } from "./slot_memory.ts";
import { TensorRegion } from "./tensor_region.ts";

const INPUT: TensorSpec = { name: "image", datatype: "FP32", shape: [3, 2, 2] };
const BYTES = 48;
const REGION = { name: "region", fd: 7 } as SharedMemoryRegion;

function connection(tensorPath: TritonConnection["tensorPath"]): TritonConnection {
  return {
    serverVersion: "2.51.0",
    input: INPUT,
    inputByteLength: BYTES,
    tensorPath,
    inlineReason: undefined,
  };
}

function shared(): SlotMemory {
  const share = new TensorRegion(REGION, { byteOffset: 640, byteLength: 320 }, {
    isRequired: false,
    forgetStale: () => Promise.resolve(),
  });
  return new SlotMemory(share, 320);
}

Deno.test("slotBytes() has room for every slot, and for the next model's to be aligned", () => {
  assert.equal(slotCapacity(4), 6);
  assert.equal(slotBytes(INPUT, 4), 320);
  const clip: TensorSpec = { name: "image", datatype: "FP32", shape: [3, 224, 224] };
  assert.equal(slotBytes(clip, 256), 258 * 602_112);
});

Deno.test("SlotMemory counts addresses and tensors in shared memory from the model's share on", () => {
  const memory = shared();
  assert.deepEqual(memory.address(2, connection("shared_memory")), {
    kind: "shm",
    datatype: "FP32",
    fd: 7,
    region: "region",
    byteOffset: 640 + 2 * BYTES,
  });
  assert.deepEqual(memory.tensor({ firstSlot: 2, count: 3 }, connection("shared_memory")), {
    ...INPUT,
    shape: [3, 3, 2, 2],
    region: "region",
    byteOffset: 640 + 2 * BYTES,
  });
});

Deno.test("SlotMemory sends inline what was written to a slot, share or not", () => {
  const none = new SlotMemory({ kind: "none", reason: "shared memory is off" }, 320);
  for (const memory of [shared(), none]) {
    const address = memory.address(1, connection("inline"));
    assert.ok(address.kind === "memory");
    assert.equal(address.byteOffset, BYTES);
    new Uint8Array(address.buffer, BYTES, BYTES).fill(9);
    const tensor = memory.tensor({ firstSlot: 1, count: 2 }, connection("inline"));
    assert.ok("bytes" in tensor);
    assert.deepEqual([...tensor.bytes], [...Array(BYTES).fill(9), ...Array(BYTES).fill(0)]);
  }
});
