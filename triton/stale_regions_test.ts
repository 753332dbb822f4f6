import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { createRouterTransport } from "@connectrpc/connect";
import { GRPCInferenceService } from "../proto/gen/inference_pb.ts";
import { testLinux } from "../testing/platform_tests.ts";
import { TritonClient } from "./client.ts";
import { PosixShm } from "./posix_shm.ts";
import { SharedMemoryRegion } from "./shared_memory.ts";
import { removeStaleRegions, unregisterRegions } from "./stale_regions.ts";

const shmFolder = () => [...Deno.readDirSync("/dev/shm")].map(({ name }) => name);

testLinux("removeStaleRegions() removes what dead processes left and nothing else", async () => {
  const prefix = "stale-test";
  using shm = new PosixShm();
  const client = new TritonClient(createRouterTransport(() => {}));
  await using live = SharedMemoryRegion.create({ shm, client, prefix, byteLength: 4096 });
  // A process id says nothing: this one is ours, and the region is stale all the same.
  const stale = `${prefix}_${Deno.pid}_0123456789abcdef`;
  const foreign = `${prefix}-other_1_0123456789abcdef`;
  for (const name of [stale, foreign]) shm.close(shm.create(name, 0o600));
  try {
    assert.deepEqual(removeStaleRegions(shm, prefix), [stale]);
    assert(!shmFolder().includes(stale));
    assert(shmFolder().includes(live.name));
    assert(shmFolder().includes(foreign));
    assert.deepEqual(removeStaleRegions(shm, prefix), []);
  } finally {
    shm.unlink(foreign);
  }
});

testLinux("removeStaleRegions() removes the region of a process that was killed", async () => {
  const prefix = "stale-kill-test";
  const module = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);
  const program = `
      const { PosixShm } = await import(${module("./posix_shm.ts")});
      const { SharedMemoryRegion } = await import(${module("./shared_memory.ts")});
      const options = { shm: new PosixShm(), prefix: "${prefix}", byteLength: 4096 };
      console.log(SharedMemoryRegion.create(options).name);
      setInterval(() => {}, 1000);
    `;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--config", fileURLToPath(new URL("../deno.json", import.meta.url)), program],
    stdout: "piped",
  }).spawn();
  const output = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const name = (await output.read()).value?.trim() ?? assert.fail("no region");
  using shm = new PosixShm();
  assert.deepEqual(removeStaleRegions(shm, prefix), []);
  child.kill("SIGKILL");
  await child.status;
  await output.cancel();
  assert.deepEqual(removeStaleRegions(shm, prefix), [name]);
});

testLinux("removeStaleRegions() leaves what it cannot open, and fails for any other reason", () => {
  const prefix = "stale-open-test";
  const name = `${prefix}_1_0123456789abcdef`;
  using shm = new PosixShm();
  const broken: Pick<PosixShm, "open"> = {
    open: () => {
      throw new TypeError("broken");
    },
  };
  Deno.mkdirSync(`/dev/shm/${name}`);
  try {
    assert.deepEqual(removeStaleRegions(shm, prefix), []);
    assert(shmFolder().includes(name));
    assert.throws(() => removeStaleRegions(broken as PosixShm, prefix), /broken/);
  } finally {
    Deno.removeSync(`/dev/shm/${name}`);
  }
});

Deno.test("unregisterRegions() has Triton forget each of them", async () => {
  const forgotten: string[] = [];
  const client = new TritonClient(createRouterTransport(({ service }) => {
    service(GRPCInferenceService, {
      systemSharedMemoryUnregister: ({ name }) => {
        forgotten.push(name);
        return {};
      },
    });
  }));
  await unregisterRegions(client, ["a", "b"], { timeoutMs: 5000 });
  assert.deepEqual(forgotten, ["a", "b"]);
});
