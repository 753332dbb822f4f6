import assert from "node:assert/strict";
import { readDctManifest } from "../../../testing/dct_model.ts";
import { RealTriton } from "../../../testing/real_triton.ts";
import type { LinkChange } from "./server_link.ts";
import type { TritonConnection } from "./connection.ts";
import { createTritonEngine, type TritonSetup } from "./triton_setup.ts";

let triton: RealTriton;

Deno.test.beforeAll(async () => {
  triton = await RealTriton.start();
});
Deno.test.afterAll(async () => await triton[Symbol.asyncDispose]());

/** More inputs than any /dev/shm holds; nothing is allocated for those that nobody leases. */
const TOO_MANY_SLOTS = 1_000_000;

function setup(changes: Partial<TritonSetup>, changesSeen: LinkChange<TritonConnection>[] = []) {
  return {
    url: triton.process.grpcUrl,
    sharedMemory: "auto",
    manifest: readDctManifest(),
    modelDigest: "0".repeat(64),
    slots: 8,
    watchesModel: false,
    onLink: (change) => changesSeen.push(change),
    ...changes,
  } satisfies TritonSetup;
}

Deno.test("createTritonEngine() uses shared memory where Triton sees it", async () => {
  await using stack = new AsyncDisposableStack();
  const engine = await createTritonEngine(setup({}), stack);
  assert.equal(engine.description.tensorPath, "shared_memory");
  assert.match(engine.description.runtime, /^triton 2\./);
});

Deno.test("createTritonEngine() sends inline when told to, and asks for no memory", async () => {
  await using stack = new AsyncDisposableStack();
  const engine = await createTritonEngine(setup({ sharedMemory: "off" }), stack);
  assert.equal(engine.description.tensorPath, "inline");
});

Deno.test("createTritonEngine() sends inline, and says why, when /dev/shm is full", async () => {
  await using stack = new AsyncDisposableStack();
  const changes: LinkChange<TritonConnection>[] = [];
  const engine = await createTritonEngine(setup({ slots: TOO_MANY_SLOTS }, changes), stack);
  assert.equal(engine.description.tensorPath, "inline");
  const [change] = changes;
  assert.ok(change?.isUp && /ENOSPC/.test(change.connection.inlineReason ?? ""));
});

Deno.test("createTritonEngine() does not start when shared memory is on and /dev/shm is full", async () => {
  await using stack = new AsyncDisposableStack();
  await assert.rejects(
    createTritonEngine(setup({ slots: TOO_MANY_SLOTS, sharedMemory: "on" }), stack),
    /GATEWAY_TRITON_SHM=on insists on: .*ENOSPC/,
  );
});
