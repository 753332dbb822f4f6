import assert from "node:assert/strict";
import type { SharedMemoryRegion } from "../../../triton/shared_memory.ts";
import { TensorRegion } from "./tensor_region.ts";

/** A share of bytes 32 to 64 of a region, and what happens to the region. */
function createShare(): { readonly share: TensorRegion; readonly calls: unknown[] } {
  const calls: unknown[] = [];
  const region = {
    write: (bytes: Uint8Array, byteOffset: number) => void calls.push([...bytes, byteOffset]),
    register: () => Promise.resolve(void calls.push("register")),
  } as unknown as SharedMemoryRegion;
  const share = new TensorRegion(region, { byteOffset: 32, byteLength: 32 }, {
    isRequired: false,
    forgetStale: () => Promise.resolve(void calls.push("forget")),
  });
  return { share, calls };
}

Deno.test("TensorRegion.write() writes into its own share alone, and says where that is", () => {
  const { share, calls } = createShare();
  assert.equal(share.write(Uint8Array.of(1, 2), 30), 62);
  assert.deepEqual(calls, [[1, 2, 62]]);
  for (const byteOffset of [31, 32, -1]) {
    assert.throws(() => share.write(Uint8Array.of(1, 2), byteOffset), {
      name: "RangeError",
      message: `Cannot write 2 bytes at ${byteOffset} as the share has 32`,
    });
  }
  assert.equal(calls.length, 1);
});

Deno.test("TensorRegion.register() has the regions of dead gateways forgotten before", async () => {
  const { share, calls } = createShare();
  await share.register({ timeoutMs: 5000 });
  assert.deepEqual(calls, ["forget", "register"]);
});
