import assert from "node:assert/strict";
import { readDctManifest } from "../../../testing/dct_model.ts";
import { RealTriton } from "../../../testing/real_triton.ts";
import { PosixShm } from "../../../triton/posix_shm.ts";
import { SharedMemoryRegion } from "../../../triton/shared_memory.ts";
import { connectTriton, type TritonConnectorOptions } from "./connection.ts";
import { type RegionShare, TensorRegion } from "./tensor_region.ts";

const NEVER = new AbortController().signal;
const INPUT_BYTES = 602_112;

let triton: RealTriton;

Deno.test.beforeAll(async () => {
  triton = await RealTriton.start([{ source: "dct_512" }]);
});
Deno.test.afterAll(async () => await triton[Symbol.asyncDispose]());

function options(changes: Partial<TritonConnectorOptions> = {}): TritonConnectorOptions {
  return {
    client: triton.client,
    manifest: readDctManifest(),
    share: { kind: "none", reason: "shared memory is off" },
    probeSlot: 0,
    ...changes,
  };
}

function createRegion(shm: PosixShm): SharedMemoryRegion {
  const byteLength = 2 * INPUT_BYTES;
  return SharedMemoryRegion.create({ shm, client: triton.client, prefix: "test", byteLength });
}

function shareOf(region: SharedMemoryRegion, isRequired = false): RegionShare {
  const range = { byteOffset: 0, byteLength: region.byteLength };
  return new TensorRegion(region, range, { isRequired, forgetStale: () => Promise.resolve() });
}

Deno.test("connectTriton() proves shared memory with the model itself", async () => {
  using shm = new PosixShm();
  await using region = createRegion(shm);
  const connection = await connectTriton(options({ share: shareOf(region), probeSlot: 1 }), NEVER);
  assert.equal(connection.tensorPath, "shared_memory");
  assert.equal(connection.inlineReason, undefined);
  assert.equal(connection.inputByteLength, INPUT_BYTES);
});

Deno.test("connectTriton() goes inline when Triton reads other bytes than were written", async () => {
  using shm = new PosixShm();
  await using region = createRegion(shm);
  // A region whose writes end up elsewhere, as with a /dev/shm that only looks the same.
  const astray = new Proxy(region, {
    get: (target, key) => {
      if (key === "write") return () => {};
      const value = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const connection = await connectTriton(options({ share: shareOf(astray) }), NEVER);
  assert.equal(connection.tensorPath, "inline");
  assert.match(connection.inlineReason ?? "", /other bytes/);
  await assert.rejects(
    connectTriton(options({ share: shareOf(astray, true) }), NEVER),
    /other bytes/,
  );
});

Deno.test("connectTriton() says why there is no region", async () => {
  const share: RegionShare = { kind: "none", reason: "no libc" };
  const connection = await connectTriton(options({ share }), NEVER);
  assert.equal(connection.inlineReason, "no libc");
});

Deno.test("connectTriton() rejects a server without the model", async () => {
  const manifest = { ...readDctManifest(), name: "unknown" };
  await assert.rejects(connectTriton(options({ manifest }), NEVER), /does not serve model unknown/);
});
