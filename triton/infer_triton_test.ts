import assert from "node:assert/strict";
import {
  EMBEDDING_DIM,
  eventually,
  inlineRequest,
  INPUT_BYTES,
  LIMITS,
  makeInputs,
  RealTriton,
} from "../testing/real_triton.ts";
import { fingerprint } from "../testing/fingerprint.ts";
import type { CallLimits } from "./client.ts";
import { TritonError, type TritonErrorKind, type WasProcessed } from "./errors.ts";
import type { InferRequest } from "./infer.ts";

let triton: RealTriton;

Deno.test.beforeAll(async () => {
  triton = await RealTriton.start([
    { source: "dct_512" },
    { source: "dct_512_u8" },
    { source: "dct_512", name: "scripted", scripted: true },
  ]);
});
Deno.test.afterAll(async () => await triton[Symbol.asyncDispose]());

async function infer(request: InferRequest, limits: CallLimits = LIMITS): Promise<Float32Array> {
  const [tensor] = await triton.client.infer(request, limits);
  return tensor?.data as Float32Array;
}

async function fails(
  call: Promise<unknown>,
  kind: TritonErrorKind,
  wasProcessed: WasProcessed,
): Promise<void> {
  const error = await call.then(() => undefined, (thrown) => thrown);
  assert(error instanceof TritonError, `${error}`);
  assert.deepEqual([error.kind, error.wasProcessed], [kind, wasProcessed], `${error.cause}`);
}

Deno.test("Triton describes itself and its models", async () => {
  const { client } = triton;
  assert(await client.ready(LIMITS));
  assert(await client.modelReady("dct_512", LIMITS));
  assert(!await client.modelReady("unknown", LIMITS));
  const { name, version, extensions } = await client.serverMetadata(LIMITS);
  assert.equal(name, "triton");
  assert.match(version, /^2\.\d+\.\d+$/);
  assert(extensions.includes("system_shared_memory"));
  const { inputs, outputs } = await client.modelMetadata("dct_512", LIMITS);
  assert.deepEqual(inputs, [{ name: "image", datatype: "FP32", shape: [-1, 3, 224, 224] }]);
  assert.deepEqual(outputs, [{ name: "embedding", datatype: "FP32", shape: [-1, EMBEDDING_DIM] }]);
  await fails(client.modelMetadata("unknown", LIMITS), "unknown_model", "no");
});

Deno.test("Triton gives each row of a batch what it gives it alone", async () => {
  const single = await infer(inlineRequest(makeInputs(3)));
  assert(single.every(Number.isFinite));
  const batch = new Uint8Array(32 * INPUT_BYTES);
  for (let row = 0; row < 32; row++) batch.set(makeInputs(row % 4), row * INPUT_BYTES);
  const rows = await infer(inlineRequest(batch, 32));
  for (let row = 3; row < 32; row += 4) {
    const found = rows.subarray(row * EMBEDDING_DIM, (row + 1) * EMBEDDING_DIM);
    assert(found.every((value, index) => Math.abs(value - (single[index] as number)) <= 1e-6));
  }
});

Deno.test("Triton receives every inline byte, of shared buffers too", async () => {
  await triton.repository.setScript("scripted", { reply: "fingerprint" });
  const bytes = makeInputs(7);
  const expected = fingerprint(bytes, EMBEDDING_DIM);
  const shared = new Uint8Array(new SharedArrayBuffer(INPUT_BYTES));
  shared.set(bytes);
  for (const sent of [bytes, shared]) {
    assert.deepEqual(await infer(inlineRequest(sent, 1, "scripted")), expected);
  }
  await triton.repository.setScript("scripted", {});
});

Deno.test("Triton takes pixels as bytes where the model does", async () => {
  const [tensor] = await triton.client.infer({
    model: "dct_512_u8",
    inputs: [{
      name: "image",
      datatype: "UINT8",
      shape: [1, 224, 224, 3],
      bytes: makeInputs(1).subarray(0, 150_528),
    }],
    outputs: [{ name: "embedding", datatype: "FP32", shape: [1, EMBEDDING_DIM] }],
  }, LIMITS);
  assert((tensor?.data as Float32Array).every(Number.isFinite));
});

Deno.test("Triton batches calls that wait for the model", async () => {
  const { repository } = triton;
  const before = await largeBatches();
  const request = inlineRequest(makeInputs(1), 1, "scripted");
  await repository.setScript("scripted", { hold: true });
  const begun = await repository.batchesBegun("scripted");
  const calls = [infer(request)];
  const runs = async () => await repository.batchesBegun("scripted") > begun;
  await eventually("the first call runs", runs);
  for (let call = 0; call < 15; call++) calls.push(infer(request));
  await eventually("all others are queued", async () => await pending() === 15);
  await repository.setScript("scripted", {});
  await Promise.all(calls);
  // Triton counts a call behind its reply.
  await eventually(
    "calls that ran together are counted",
    async () => await largeBatches() > before,
  );
});

/** Times that the scripted model ran on more than one input at once. */
async function largeBatches(): Promise<number> {
  const [statistics] = await triton.client.statistics("scripted", LIMITS);
  return (statistics?.batchStats ?? [])
    .filter(({ batchSize }) => batchSize > 1n)
    .reduce((sum, { computeInfer }) => sum + Number(computeInfer?.count), 0);
}

/** Calls of the scripted model that wait in Triton's queue. */
async function pending(): Promise<number> {
  return await triton.metric("nv_inference_pending_request_count", { model: "scripted" });
}

Deno.test("Triton refuses wrong names, datatypes, shapes and batches as our fault", async () => {
  const good = inlineRequest(makeInputs(1));
  const [input] = good.inputs;
  const [output] = good.outputs;
  assert(input && "bytes" in input && output);
  const wrong: Partial<InferRequest>[] = [
    { inputs: [{ ...input, name: "pixels" }] },
    { inputs: [{ ...input, datatype: "INT32" }] },
    { inputs: [{ ...input, shape: [1, 3, 112, 448] }] },
    { inputs: [{ ...input, shape: [3, 224, 224] }] },
    { inputs: [{ ...input, shape: [33, 3, 224, 224], bytes: new Uint8Array(33 * INPUT_BYTES) }] },
    { outputs: [{ ...output, name: "vector" }] },
    { inputs: [] },
  ];
  for (const change of wrong) await fails(infer({ ...good, ...change }), "our_fault", "no");
  await fails(infer({ ...good, model: "unknown" }), "unknown_model", "no");
});

Deno.test("Triton's replies that cannot be right are bad replies", async () => {
  const { repository } = triton;
  const request = inlineRequest(makeInputs(1), 1, "scripted");
  await repository.setScript("scripted", { reply: "short" });
  await fails(infer(request), "bad_reply", "unknown");
  await repository.setScript("scripted", { reply: "fail" });
  await fails(infer(request), "failed", "unknown");
  await repository.setScript("scripted", {});
  assert((await infer(request)).every(Number.isFinite));
});

Deno.test("A model slower than the deadline fails in time, and the next call is well", async () => {
  const request = inlineRequest(makeInputs(1), 1, "scripted");
  await triton.repository.setScript("scripted", { hold: true });
  const startedAt = performance.now();
  await fails(infer(request, { timeoutMs: 150 }), "deadline", "unknown");
  const elapsedMs = performance.now() - startedAt;
  assert(elapsedMs >= 145 && elapsedMs < 1000, `${elapsedMs} ms`);
  await triton.repository.setScript("scripted", {});
  assert((await infer(request)).every(Number.isFinite));
});

Deno.test("Triton drops queued calls when their clients leave", async () => {
  const { repository, client } = triton;
  const request = inlineRequest(makeInputs(1), 1, "scripted");
  const dropped = async () =>
    await triton.metric("nv_inference_request_failure", { model: "scripted", reason: "CANCELED" });
  const executed = async () => (await client.statistics("scripted", LIMITS))[0]?.inferenceCount;
  await repository.setScript("scripted", { hold: true });
  const droppedBefore = await dropped();
  const executedBefore = await executed() ?? assert.fail("no statistics");

  const begun = await repository.batchesBegun("scripted");
  const running = infer(request);
  const runs = async () => await repository.batchesBegun("scripted") > begun;
  await eventually("the first call runs", runs);
  const controller = new AbortController();
  const outcomes: Promise<void>[] = [];
  for (const length of [1, 2, 3]) {
    const call = infer(request, { ...LIMITS, signal: controller.signal });
    outcomes.push(fails(call, "cancelled", "unknown"));
    await eventually("another call is queued", async () => await pending() === length);
  }
  controller.abort(new Error("the client left"));
  await Promise.all(outcomes);
  // The cancellations are ahead of these on the same connection; Triton's threads may take them up a little later.
  for (let call = 0; call < 20; call++) await client.ready(LIMITS);
  await repository.setScript("scripted", {});
  await running;
  // The first of them, which the batcher has already put into the next batch, runs nevertheless.
  await eventually("Triton drops the rest", async () => await dropped() > droppedBefore);
  await eventually("the queue is empty", async () => await pending() === 0);
  await infer(request);
  assert((await executed() ?? 0n) < executedBefore + 5n);
});
