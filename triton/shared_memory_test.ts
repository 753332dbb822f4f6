import assert from "node:assert/strict";
import { Code, ConnectError, createRouterTransport } from "@connectrpc/connect";
import { GRPCInferenceService } from "../proto/gen/inference_pb.ts";
import { testLinux } from "../testing/platform_tests.ts";
import { TritonClient } from "./client.ts";
import { TritonError } from "./errors.ts";
import { PosixShm, ShmError } from "./posix_shm.ts";
import { regionNamePattern, SharedMemoryRegion } from "./shared_memory.ts";

const LIMITS = { timeoutMs: 5000 };
const PREFIX = "region-test";

/** Registers regions as Triton does, without mapping them. */
class FakeTriton {
  readonly regions: Record<
    string,
    { name: string; key: string; offset: bigint; byteSize: bigint }
  > = {};
  registrations = 0;
  /** Triton's answer to an object that it cannot open. */
  isBlind = false;
  readonly client = new TritonClient(createRouterTransport(({ service }) => {
    service(GRPCInferenceService, {
      systemSharedMemoryStatus: () => ({ regions: this.regions }),
      systemSharedMemoryRegister: (message) => {
        this.registrations++;
        if (this.isBlind) {
          throw new ConnectError("Unable to open shared memory region", Code.Internal);
        }
        if (message.name in this.regions) {
          throw new ConnectError("shared memory region already in manager", Code.AlreadyExists);
        }
        this.regions[message.name] = message;
        return {};
      },
      systemSharedMemoryUnregister: ({ name }) => {
        delete this.regions[name];
        return {};
      },
    });
  }));
}

interface Setup {
  readonly shm: PosixShm;
  readonly triton: FakeTriton;
  readonly region: SharedMemoryRegion;
}

const regionTest = (name: string, run: (setup: Setup) => Promise<void>) =>
  testLinux(name, async () => {
    using shm = new PosixShm();
    const triton = new FakeTriton();
    await using region = SharedMemoryRegion.create({
      shm,
      client: triton.client,
      prefix: PREFIX,
      byteLength: 8192,
    });
    await run({ shm, triton, region });
  });

regionTest(
  "SharedMemoryRegion.create() allocates a region that only this user can open",
  ({ region }) => {
    assert.match(region.name, regionNamePattern(PREFIX));
    const { size, mode, blocks } = Deno.statSync(`/dev/shm/${region.name}`);
    assert.equal(size, 8192);
    assert.equal((mode ?? 0) & 0o777, 0o600);
    assert.equal(blocks, 16);
    return Promise.resolve();
  },
);

regionTest("SharedMemoryRegion.write() writes inside the region alone", ({ shm, region }) => {
  region.write(new Uint8Array([5, 6]), 8190);
  const found = new Uint8Array(3);
  shm.read(region.fd, found.subarray(1), 8190);
  assert.deepEqual([...found], [0, 5, 6]);
  for (const offset of [-1, 8191]) {
    assert.throws(
      () => region.write(new Uint8Array(2), offset),
      new RangeError(`Cannot write 2 bytes at ${offset} as the region has 8192`),
    );
  }
  return Promise.resolve();
});

regionTest(
  "SharedMemoryRegion.register() registers once for callers at the same time",
  async ({ triton, region }) => {
    await Promise.all([region.register(LIMITS), region.register(LIMITS)]);
    assert.equal(triton.registrations, 1);
    const { key, byteSize, offset } = triton.regions[region.name] ?? assert.fail("not registered");
    assert.deepEqual([key, byteSize, offset], [`/${region.name}`, 8192n, 0n]);
  },
);

regionTest(
  "SharedMemoryRegion.register() works again, after a restart and without one",
  async ({ triton, region }) => {
    await region.register(LIMITS);
    await region.register(LIMITS);
    delete triton.regions[region.name];
    await region.register(LIMITS);
    assert(region.name in triton.regions);
  },
);

regionTest(
  "SharedMemoryRegion.register() fails when Triton cannot open the region",
  async ({ triton, region }) => {
    triton.isBlind = true;
    await assert.rejects(region.register(LIMITS), (error: Error) => {
      assert(error instanceof TritonError);
      assert.equal(error.kind, "failed");
      return true;
    });
  },
);

regionTest(
  "SharedMemoryRegion.register() fails when Triton has another region of this name",
  async ({ triton, region }) => {
    const { name } = region;
    triton.regions[name] = { name, key: `/${name}`, offset: 0n, byteSize: 4096n };
    await assert.rejects(region.register(LIMITS), /as Triton lists another size/);
  },
);

testLinux(
  "SharedMemoryRegion unregisters and removes itself when disposed of, with Triton and without",
  async () => {
    using shm = new PosixShm();
    const triton = new FakeTriton();
    const options = { shm, prefix: PREFIX, byteLength: 4096, client: triton.client };
    const region = SharedMemoryRegion.create(options);
    await region.register(LIMITS);
    await region[Symbol.asyncDispose]();
    assert.deepEqual(triton.regions, {});
    assert.throws(() => shm.open(region.name), ShmError);

    const gone = new TritonClient({
      unary: () => Promise.reject(new ConnectError("connect ECONNREFUSED", Code.Unavailable)),
      stream: () => assert.fail("called"),
    });
    const lonely = SharedMemoryRegion.create({ ...options, client: gone });
    await assert.rejects(lonely.register(LIMITS));
    await lonely[Symbol.asyncDispose]();
    assert.throws(() => shm.open(lonely.name), ShmError);
  },
);

testLinux("SharedMemoryRegion.create() leaves nothing behind when there is no room", () => {
  using shm = new PosixShm();
  const prefix = "region-test-full";
  const { client } = new FakeTriton();
  assert.throws(
    () => SharedMemoryRegion.create({ shm, client, prefix, byteLength: 2 ** 50 }),
    (error: Error) => error instanceof ShmError && error.code === "ENOSPC",
  );
  const left = [...Deno.readDirSync("/dev/shm")].filter(({ name }) => name.startsWith(prefix));
  assert.deepEqual(left, []);
});

Deno.test("regionNamePattern() matches names with its prefix alone", () => {
  const pattern = regionNamePattern("a-b");
  assert.match("a-b_12_0123456789abcdef", pattern);
  for (const name of ["a-b-c_12_0123456789abcdef", "a-b_12_0123456789abcdef0", "xa-b_1_x", "a-b"]) {
    assert.doesNotMatch(name, pattern);
  }
  assert.throws(() => regionNamePattern("a/b"), TypeError);
});
