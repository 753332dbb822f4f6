import assert from "node:assert/strict";
import { testEngine } from "../../../testing/engine_conformance.ts";
import { readDctManifest } from "../../../testing/dct_model.ts";
import { RealTriton } from "../../../testing/real_triton.ts";
import { PosixShm } from "../../../triton/posix_shm.ts";
import { Deadline } from "../../work/deadline.ts";
import type { Engine } from "../engine.ts";
import type { SlotAddress } from "../../work/slot_address.ts";
import { slotBytes } from "./slot_memory.ts";
import { TritonEngine } from "./triton_engine.ts";
import { TritonServer } from "./triton_server.ts";

let triton: RealTriton;
let shm: PosixShm;

Deno.test.beforeAll(async () => {
  shm = new PosixShm();
  triton = await RealTriton.start([{ source: "dct_512" }, { source: "dct_512_u8", name: "u8" }]);
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
): Promise<Engine> {
  const stack = new AsyncDisposableStack();
  const manifest = { ...readDctManifest(), name, max_batch_size: 8 };
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
testEngine("TritonEngine by shared memory", () => createEngine("on"), options);
testEngine("TritonEngine inline", () => createEngine("off"), options);
testEngine("TritonEngine with a UINT8 model", () => createEngine("on", "u8"), options);

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
