import assert from "node:assert/strict";
import { readDctManifest } from "../../../testing/dct_model.ts";
import { RealTriton } from "../../../testing/real_triton.ts";
import { waveInput } from "../../../testing/wave_inputs.ts";
import { PosixShm } from "../../../triton/posix_shm.ts";
import { Deadline } from "../../work/deadline.ts";
import type { Engine } from "../engine.ts";
import type { TritonConnection } from "./connection.ts";
import type { LinkChange } from "../../../triton/server_link.ts";
import { slotBytes } from "./slot_memory.ts";
import { TritonEngine } from "./triton_engine.ts";
import { TritonServer, type TritonServerOptions } from "./triton_server.ts";

let triton: RealTriton;

Deno.test.beforeAll(async () => {
  triton = await RealTriton.start([{ source: "dct_512" }, { source: "dct_512_u8", name: "u8" }]);
});
Deno.test.afterAll(async () => await triton[Symbol.asyncDispose]());

const { input } = readDctManifest();
const SLOTS = 8;
/** More than any /dev/shm holds. */
const TOO_MANY_BYTES = slotBytes(input, 1_000_000);

function createServer(changes: Partial<TritonServerOptions> = {}): TritonServer {
  return TritonServer.create({
    url: triton.process.grpcUrl,
    sharedMemory: "auto",
    regionBytes: slotBytes(input, SLOTS),
    ...changes,
  });
}

async function createEngine(
  server: TritonServer,
  name = "dct_512",
  changesSeen: LinkChange<TritonConnection>[] = [],
): Promise<TritonEngine> {
  return await TritonEngine.create({
    server,
    manifest: { ...readDctManifest(), name },
    modelDigest: "0".repeat(64),
    slots: SLOTS,
    watchesModel: false,
    onLink: (change) => changesSeen.push(change),
  });
}

Deno.test("TritonServer uses shared memory where Triton sees it", async () => {
  await using server = createServer();
  await using engine = await createEngine(server);
  assert.equal(engine.description.tensorPath, "shared_memory");
  assert.match(engine.description.runtime, /^triton 2\./);
});

Deno.test("TritonServer sends inline when told to, and asks for no memory", async () => {
  await using server = createServer({ sharedMemory: "off" });
  await using engine = await createEngine(server);
  assert.equal(engine.description.tensorPath, "inline");
});

Deno.test("TritonServer sends inline, and says why, when /dev/shm is full", async () => {
  await using server = createServer({ regionBytes: TOO_MANY_BYTES });
  const changes: LinkChange<TritonConnection>[] = [];
  await using engine = await createEngine(server, "dct_512", changes);
  assert.equal(engine.description.tensorPath, "inline");
  const [change] = changes;
  assert.ok(change?.isUp && /ENOSPC/.test(change.connection.inlineReason ?? ""));
});

Deno.test("TritonServer does not start when shared memory is on and /dev/shm is full", () => {
  assert.throws(
    () => createServer({ regionBytes: TOO_MANY_BYTES, sharedMemory: "on" }),
    /GATEWAY_TRITON_SHM=on insists on: .*ENOSPC/,
  );
});

/** The same inputs sent along. */
async function embedInline(engine: Engine, seeds: readonly number[], deadline: Deadline) {
  using lease = engine.lease(seeds.length) ?? assert.fail("no lease");
  for (const [seed, address] of lease.addresses.entries()) {
    assert.ok(address.kind === "memory");
    const bytes = waveInput(seed, engine.description);
    new Uint8Array(address.buffer, address.byteOffset, bytes.byteLength).set(bytes);
  }
  return await lease.infer(seeds, deadline);
}

/** Every slot of an engine, its inputs written; their ranges of the region. */
function fillAll(engine: Engine, shm: PosixShm) {
  const lease = engine.lease(SLOTS) ?? assert.fail("no lease");
  const ranges = lease.addresses.map((address, seed) => {
    assert.ok(address.kind === "shm");
    const bytes = waveInput(seed, engine.description);
    shm.write(address.fd, bytes, address.byteOffset);
    return { fd: address.fd, from: address.byteOffset, to: address.byteOffset + bytes.byteLength };
  });
  return { lease, ranges };
}

Deno.test("TritonServer gives two models ranges of one region that do not touch, and both embed", async () => {
  using shm = new PosixShm();
  using deadline = new Deadline({ timeoutMs: 10_000 });
  await using server = createServer({
    sharedMemory: "on",
    regionBytes: 2 * slotBytes(input, SLOTS),
  });
  await using floats = await createEngine(server);
  await using bytes = await createEngine(server, "u8");
  // Every input is written before any is read: one that reached into another's would show.
  const filled = [floats, bytes].map((engine) => fillAll(engine, shm));
  const ranges = filled.flatMap(({ ranges }) => ranges).sort((a, b) => a.from - b.from);
  assert.equal(new Set(ranges.map(({ fd }) => fd)).size, 1);
  ranges.reduce((before, range) => {
    assert.ok(range.from >= before.to, `${range.from} lies in what ends at ${before.to}`);
    return range;
  });
  const positions = Array.from({ length: SLOTS }, (_, seed) => seed);
  const together = await Promise.all(filled.map(({ lease }) => lease.infer(positions, deadline)));
  for (const { lease } of filled) lease[Symbol.dispose]();
  await using apart = createServer({ sharedMemory: "off" });
  for (const [index, name] of ["dct_512", "u8"].entries()) {
    await using engine = await createEngine(apart, name);
    const { rows } = await embedInline(engine, positions, deadline);
    assert.deepEqual(together[index]?.rows, rows);
  }
});

Deno.test("TritonServer has no share for a model beyond its region", async () => {
  await using server = createServer();
  await using _engine = await createEngine(server);
  await assert.rejects(createEngine(server, "u8"), /Cannot share \d+ bytes .* as 0 of the region/);
});
