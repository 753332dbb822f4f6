import assert from "node:assert/strict";
import { fingerprint } from "../testing/fingerprint.ts";
import {
  EMBEDDING_DIM,
  inlineRequest,
  INPUT_BYTES,
  LIMITS,
  makeInputs,
  RealTriton,
  sharedRequest,
} from "../testing/real_triton.ts";
import { TritonError, type TritonErrorKind } from "./errors.ts";
import { PosixShm } from "./posix_shm.ts";
import { SharedMemoryRegion } from "./shared_memory.ts";
import { removeStaleRegions, unregisterRegions } from "./stale_regions.ts";

const PREFIX = "triton-test";
const SLOTS = 16;

let triton: RealTriton;
let shm: PosixShm;

Deno.test.beforeAll(async () => {
  shm = new PosixShm();
  triton = await RealTriton.start([
    { source: "dct_512" },
    { source: "dct_512", name: "scripted", scripted: true },
  ]);
});
Deno.test.afterAll(async () => {
  await triton[Symbol.asyncDispose]();
  shm[Symbol.dispose]();
});

/** A region that is unregistered and removed with the test. */
function createRegion(): SharedMemoryRegion {
  const { client } = triton;
  return SharedMemoryRegion.create({
    shm,
    client,
    prefix: PREFIX,
    byteLength: SLOTS * INPUT_BYTES,
  });
}

async function infer(request: Parameters<typeof triton.client.infer>[0]): Promise<Float32Array> {
  const [tensor] = await triton.client.infer(request, LIMITS);
  return tensor?.data as Float32Array;
}

async function failsAs(kind: TritonErrorKind, call: Promise<unknown>): Promise<TritonError> {
  const error = await call.then(() => undefined, (thrown) => thrown);
  assert(error instanceof TritonError, `${error}`);
  assert.equal(error.kind, kind, `${error.cause}`);
  return error;
}

Deno.test("Triton gives the same bits for an input in shared memory as inline, alone and in a batch", async () => {
  await using region = createRegion();
  await region.register(LIMITS);
  for (const [slot, count] of [[0, 1], [3, 1], [SLOTS - 1, 1], [2, 8]] as const) {
    const bytes = makeInputs(slot, count);
    region.write(bytes, slot * INPUT_BYTES);
    const shared = await infer(sharedRequest(region.name, slot * INPUT_BYTES, { count }));
    assert.deepEqual(shared, await infer(inlineRequest(bytes, count)));
  }
});

Deno.test("Triton receives every byte of every slot while neighbours are written", async () => {
  await triton.repository.setScript("scripted", { reply: "fingerprint" });
  await using region = createRegion();
  await region.register(LIMITS);
  await Promise.all(Array.from({ length: SLOTS }, async (_, slot) => {
    for (let round = 0; round < 4; round++) {
      const bytes = makeInputs(slot + round * SLOTS);
      const byteOffset = slot * INPUT_BYTES;
      region.write(bytes, byteOffset);
      const reply = await infer(sharedRequest(region.name, byteOffset, { model: "scripted" }));
      assert.deepEqual(reply, fingerprint(bytes, EMBEDDING_DIM));
    }
  }));
  await triton.repository.setScript("scripted", {});
});

Deno.test("A slot that is written again while its old call runs spoils no neighbour", async () => {
  await triton.repository.setScript("scripted", { hold: true });
  await using region = createRegion();
  await region.register(LIMITS);
  const neighbour = makeInputs(1);
  region.write(makeInputs(0), 0);
  region.write(neighbour, INPUT_BYTES);
  const abandoned = triton.client.infer(sharedRequest(region.name, 0, { model: "scripted" }), {
    timeoutMs: 50,
  });
  const kept = infer(sharedRequest(region.name, INPUT_BYTES, { model: "scripted" }));
  await failsAs("deadline", abandoned);
  const next = makeInputs(2);
  region.write(next, 0);
  const reused = infer(sharedRequest(region.name, 0, { model: "scripted" }));
  await triton.repository.setScript("scripted", { reply: "fingerprint" });
  assert.deepEqual(await kept, fingerprint(neighbour, EMBEDDING_DIM));
  assert.deepEqual(await reused, fingerprint(next, EMBEDDING_DIM));
  await triton.repository.setScript("scripted", {});
});

Deno.test("A region that was unregistered behind our back is registered again", async () => {
  await using region = createRegion();
  const request = sharedRequest(region.name, 0);
  assert.equal((await failsAs("unknown_region", infer(request))).wasProcessed, "no");
  await region.register(LIMITS);
  await region.register(LIMITS);
  await infer(request);
  await triton.client.unregisterMemory(region.name, LIMITS);
  await failsAs("unknown_region", infer(request));
  await region.register(LIMITS);
  await infer(request);
});

Deno.test("Triton refuses what lies outside of a region", async () => {
  await using region = createRegion();
  await region.register(LIMITS);
  const last = SLOTS - 1;
  await infer(sharedRequest(region.name, last * INPUT_BYTES));
  for (const byteOffset of [last * INPUT_BYTES + 4, SLOTS * INPUT_BYTES]) {
    await failsAs("our_fault", infer(sharedRequest(region.name, byteOffset)));
  }
  await failsAs("our_fault", infer(sharedRequest(region.name, last * INPUT_BYTES, { count: 2 })));
});

Deno.test("Triton registers a name once, and nothing that it cannot map", async () => {
  await using region = createRegion();
  const { client } = triton;
  const wanted = { name: region.name, key: `/${region.name}`, byteOffset: 0 };
  const { byteLength } = region;
  await failsAs(
    "our_fault",
    client.registerMemory({ ...wanted, byteLength: 2 * byteLength }, LIMITS),
  );
  await failsAs(
    "failed",
    client.registerMemory({ ...wanted, byteLength, key: "/missing" }, LIMITS),
  );
  await client.registerMemory({ ...wanted, byteLength }, LIMITS);
  await failsAs("our_fault", client.registerMemory({ ...wanted, byteLength }, LIMITS));
  await region.register(LIMITS);
});

Deno.test("A disposed region is known to Triton no more", async () => {
  const region = createRegion();
  await region.register(LIMITS);
  const names = async () => (await triton.client.memoryRegions(LIMITS)).map(({ name }) => name);
  assert((await names()).includes(region.name));
  await region[Symbol.asyncDispose]();
  assert(!(await names()).includes(region.name));
  await triton.client.unregisterMemory(region.name, LIMITS);
});

Deno.test("Regions of dead processes go from /dev/shm and from Triton", async () => {
  const prefix = "triton-test-stale";
  const name = `${prefix}_1_0123456789abcdef`;
  const fd = shm.create(name, 0o600);
  shm.allocate(fd, 4096);
  shm.close(fd);
  const region = { name, key: `/${name}`, byteOffset: 0, byteLength: 4096 };
  await triton.client.registerMemory(region, LIMITS);
  const removed = removeStaleRegions(shm, prefix);
  assert.deepEqual(removed, [name]);
  await unregisterRegions(triton.client, removed, LIMITS);
  const left = await triton.client.memoryRegions(LIMITS);
  assert(!left.some((candidate) => candidate.name === name));
});
