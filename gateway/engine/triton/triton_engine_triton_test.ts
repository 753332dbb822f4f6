import assert from "node:assert/strict";
import { testEngine } from "../../../testing/engine_conformance.ts";
import { readDctManifest } from "../../../testing/dct_model.ts";
import { readTextManifest } from "../../../testing/models/repository_manifests.ts";
import { eventually, RealTriton } from "../../../testing/real_triton.ts";
import { waveInput } from "../../../testing/wave_inputs.ts";
import type { ModelManifest } from "../../../models/contract/manifest.ts";
import { PosixShm } from "../../../triton/posix_shm.ts";
import { abortable, Deadline } from "../../work/deadline.ts";
import type { Engine, InputLease } from "../engine.ts";
import type { SlotAddress } from "../../work/slot_address.ts";
import { slotBytes } from "./slot_memory.ts";
import { TritonEngine } from "./triton_engine.ts";
import { TritonServer } from "./triton_server.ts";

/** Served as a tiny tower of the same tensors and operators. */
const WORDS = readTextManifest("openclip_vit_b32_text");

let triton: RealTriton;
let shm: PosixShm;

Deno.test.beforeAll(async () => {
  shm = new PosixShm();
  triton = await RealTriton.start([
    { source: "dct_512" },
    { source: "dct_512_u8", name: "u8" },
    { source: WORDS.name },
    { source: "dct_512", name: "scripted", scripted: true },
  ]);
});
Deno.test.afterAll(async () => {
  await triton[Symbol.asyncDispose]();
  shm[Symbol.dispose]();
});

const SLOTS = 24;

/** The engine, and behind its disposal that of everything it stands on. */
async function createEngine(
  sharedMemory: "on" | "off",
  name = "dct_512",
  source: ModelManifest = readDctManifest(),
): Promise<Engine> {
  const stack = new AsyncDisposableStack();
  const manifest = { ...source, name, max_batch_size: 8 };
  const server = stack.use(
    TritonServer.create({
      url: triton.process.grpcUrl,
      sharedMemory,
      regionBytes: slotBytes(manifest.input, SLOTS),
    }),
  );
  const engine = stack.use(
    await TritonEngine.create({
      server,
      manifest,
      modelDigest: "0".repeat(64),
      slots: SLOTS,
      watchesModel: false,
      onLink: () => {},
    }),
  );
  return new Proxy(engine, {
    get: (target, key) => {
      if (key === Symbol.asyncDispose) return () => stack.disposeAsync();
      const value = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

function writeInput(address: SlotAddress, input: Uint8Array<ArrayBuffer>): void {
  if (address.kind === "shm") shm.write(address.fd, input, address.byteOffset);
  else new Uint8Array(address.buffer, address.byteOffset, input.length).set(input);
}

const options = { writeInput, rowTolerance: 1e-6 };
// Matrix products of a tower may be summed otherwise in a larger batch.
const wordOptions = { writeInput, rowTolerance: 1e-5 };
testEngine("TritonEngine by shared memory", () => createEngine("on"), options);
testEngine("TritonEngine inline", () => createEngine("off"), options);
testEngine("TritonEngine with a UINT8 model", () => createEngine("on", "u8"), options);
for (const [title, sharedMemory] of [["by shared memory", "on"], ["inline", "off"]] as const) {
  testEngine(
    `TritonEngine with a text model ${title}`,
    () => createEngine(sharedMemory, WORDS.name, WORDS),
    wordOptions,
  );
}

Deno.test("TritonEngine drops the row of a failed item between two good ones", async () => {
  await using engine = await createEngine("on");
  using deadline = new Deadline({ timeoutMs: 10_000 });
  using lease = engine.lease(3);
  assert.ok(lease !== undefined);
  lease.addresses.forEach((address, index) => {
    const input = new Float32Array(150_528).map((_, pixel) => Math.sin(pixel * (index + 1) / 999));
    writeInput(address, new Uint8Array(input.buffer));
  });
  const { rows: all } = await lease.infer([0, 1, 2], deadline);
  const { rows: outer } = await lease.infer([0, 2], deadline);
  assert.deepEqual(outer, [all[0], all[2]]);
});

/** Leases of one input each, filled, of requests that came one after the other. */
function filledLeases(engine: Engine, seeds: readonly number[]): InputLease[] {
  return seeds.map((seed) => {
    const lease = engine.lease(1) ?? assert.fail("no lease");
    lease.addresses.forEach((address) => writeInput(address, waveInput(seed, engine.description)));
    return lease;
  });
}

/** Embeds an input a request, all of which are ready in one turn of the event loop. */
async function embedTogether(engine: Engine, leases: readonly InputLease[], deadline: Deadline) {
  const calls = async () =>
    await triton.metric("nv_inference_request_success", { model: engine.description.model });
  const before = await calls();
  const replies = await Promise.allSettled(leases.map((lease) => lease.infer([0], deadline)));
  const rows = replies.map((reply) =>
    reply.status === "fulfilled" ? reply.value.rows[0] : undefined
  );
  // Triton counts a call some time after its reply.
  await eventually("Triton counts the call", async () => await calls() > before);
  return { rows, calls: await calls() - before };
}

Deno.test("TritonEngine sends what several requests have ready at once in one call, with equal bits", async () => {
  await using engine = await createEngine("on");
  using deadline = new Deadline({ timeoutMs: 10_000 });
  const seeds = [1, 2, 3, 4];
  using stack = new DisposableStack();
  const leases = filledLeases(engine, seeds).map((lease) => stack.use(lease));
  const { rows, calls } = await embedTogether(engine, leases, deadline);
  assert.equal(calls, 1);
  for (const [index, lease] of leases.entries()) {
    const { rows: [alone] } = await lease.infer([0], deadline);
    assert.ok(alone !== undefined);
    assert.deepEqual(rows[index], alone);
  }
});

Deno.test("TritonEngine fails only the request whose row is not finite", async () => {
  await using engine = await createEngine("on");
  using deadline = new Deadline({ timeoutMs: 10_000 });
  using stack = new DisposableStack();
  const leases = filledLeases(engine, [1, 2, 3]).map((lease) => stack.use(lease));
  const [address] = leases[1]?.addresses ?? [];
  assert.ok(address !== undefined);
  // All bits set are NaN as f32.
  writeInput(address, new Uint8Array(engine.description.inputByteLength).fill(0xff));
  const { rows, calls } = await embedTogether(engine, leases, deadline);
  assert.equal(calls, 1);
  assert.deepEqual(rows.map((row) => row?.length), [512, undefined, 512]);
  await assert.rejects(leases[1]?.infer([0], deadline) ?? assert.fail(), {
    code: "upstream_error",
  });
});

Deno.test("TritonEngine sends the canary's input by itself", async () => {
  await using engine = await createEngine("on");
  using deadline = new Deadline({ timeoutMs: 10_000 });
  using stack = new DisposableStack();
  // The last of them is the neighbour of the canary's slot.
  const leases = filledLeases(engine, Array<number>(SLOTS).fill(1)).map((lease) =>
    stack.use(lease)
  );
  const canary = stack.use(engine.lease(1, "canary") ?? assert.fail("no lease"));
  writeInput(canary.addresses[0] as SlotAddress, waveInput(2, engine.description));
  const last = leases.at(-1) ?? assert.fail();
  const { rows, calls } = await embedTogether(engine, [last, canary], deadline);
  assert.equal(calls, 2);
  assert.ok(rows.every((row) => row !== undefined));
});

Deno.test("TritonEngine goes on with a call when the deadline of one of its requests passes", async () => {
  await using engine = await createEngine("on", "scripted");
  using short = new Deadline({ timeoutMs: 100 });
  using long = new Deadline({ timeoutMs: 10_000 });
  using stack = new DisposableStack();
  const [first, second] = filledLeases(engine, [1, 2]).map((lease) => stack.use(lease));
  assert.ok(first !== undefined && second !== undefined);
  const { rows: [expected] } = await second.infer([0], long);
  await triton.repository.setScript("scripted", { hold: true });
  const begun = await triton.repository.batchesBegun("scripted");
  const late = abortable(first.infer([0], short), short.signal);
  const other = second.infer([0], long);
  await assert.rejects(late, { code: "deadline_exceeded" });
  assert.ok(long.remainingMs > 5000);
  await triton.repository.setScript("scripted", {});
  assert.deepEqual((await other).rows, [expected]);
  assert.equal(await triton.repository.batchesBegun("scripted"), begun + 1);
});
