import assert from "node:assert/strict";
import {
  Code,
  ConnectError,
  createRouterTransport,
  type ServiceImpl,
  type Transport,
} from "@connectrpc/connect";
import { GRPCInferenceService } from "../proto/gen/inference_pb.ts";
import { type CallLimits, TritonClient } from "./client.ts";
import { TritonError, type TritonErrorKind } from "./errors.ts";
import type { InferRequest } from "./infer.ts";

type Service = Partial<ServiceImpl<typeof GRPCInferenceService>>;

const LIMITS = { timeoutMs: 5000 };
const REQUEST: InferRequest = {
  model: "m",
  inputs: [{ name: "image", datatype: "UINT8", shape: [1, 2], bytes: new Uint8Array([3, 4]) }],
  outputs: [{ name: "embedding", datatype: "FP32", shape: [1, 1] }],
};

const client = (service: Service) =>
  new TritonClient(createRouterTransport(({ service: add }) => add(GRPCInferenceService, service)));

async function fails(call: Promise<unknown>, kind: TritonErrorKind): Promise<TritonError> {
  const error = await call.then(() => undefined, (thrown) => thrown);
  assert(error instanceof TritonError, `${error}`);
  assert.equal(error.kind, kind);
  return error;
}

Deno.test("TritonClient asks about server and models", async () => {
  const triton = client({
    serverReady: () => ({ ready: false }),
    modelReady: ({ name }) => ({ ready: name === "m" }),
    serverMetadata: () => ({ name: "triton", version: "2.51.0", extensions: ["statistics"] }),
    modelMetadata: ({ name }) => ({
      name,
      versions: ["1"],
      platform: "onnxruntime_onnx",
      inputs: [{ name: "image", datatype: "FP32", shape: [-1n, 3n] }],
      outputs: [{ name: "embedding", datatype: "FP16", shape: [-1n, 512n] }],
    }),
    modelStatistics: ({ name }) => ({ modelStats: [{ name, inferenceCount: 7n }] }),
  });
  assert.equal(await triton.ready(LIMITS), false);
  assert.equal(await triton.modelReady("m", LIMITS), true);
  assert.equal(await triton.modelReady("other", LIMITS), false);
  assert.equal((await triton.serverMetadata(LIMITS)).version, "2.51.0");
  assert.deepEqual(await triton.modelMetadata("m", LIMITS), {
    name: "m",
    versions: ["1"],
    platform: "onnxruntime_onnx",
    inputs: [{ name: "image", datatype: "FP32", shape: [-1, 3] }],
    outputs: [{ name: "embedding", datatype: "FP16", shape: [-1, 512] }],
  });
  assert.equal((await triton.statistics("m", LIMITS))[0]?.inferenceCount, 7n);
});

Deno.test("TritonClient.infer() sends inputs and returns the outputs asked for", async () => {
  const triton = client({
    modelInfer: ({ modelName, rawInputContents, outputs }) => {
      assert.equal(modelName, "m");
      const data = new Float32Array([rawInputContents[0]?.[1] ?? NaN]);
      return {
        outputs: [{ name: outputs[0]?.name ?? "", datatype: "FP32", shape: [1n, 1n] }],
        rawOutputContents: [new Uint8Array(data.buffer)],
      };
    },
  });
  const [embedding] = await triton.infer(REQUEST, LIMITS);
  assert.deepEqual(embedding?.data, new Float32Array([4]));
});

Deno.test("TritonClient.infer() fails with bad_reply when the reply does not fit", async () => {
  const error = await fails(client({ modelInfer: () => ({}) }).infer(REQUEST, LIMITS), "bad_reply");
  assert.equal(error.message, "Cannot infer with m as the reply has no output embedding");
});

Deno.test("TritonClient lists, registers and unregisters shared memory", async () => {
  const regions: Record<string, { name: string; key: string; offset: bigint; byteSize: bigint }> =
    {};
  const triton = client({
    systemSharedMemoryStatus: () => ({ regions }),
    systemSharedMemoryRegister: (message) => (regions[message.name] = message, {}),
    systemSharedMemoryUnregister: ({ name }) => (delete regions[name], {}),
  });
  const region = { name: "r", key: "/r", byteOffset: 8, byteLength: 602_112 };
  await triton.registerMemory(region, LIMITS);
  assert.deepEqual(await triton.memoryRegions(LIMITS), [region]);
  await triton.unregisterMemory("r", LIMITS);
  assert.deepEqual(await triton.memoryRegions(LIMITS), []);
  await assert.rejects(triton.unregisterMemory("", LIMITS), TypeError);
});

Deno.test("TritonClient makes no call when no time is left", async () => {
  const transport: Transport = {
    unary: () => assert.fail("called"),
    stream: () => assert.fail("called"),
  };
  for (const timeoutMs of [0, -1, NaN]) {
    const error = await fails(new TritonClient(transport).ready({ timeoutMs }), "deadline");
    assert.equal(error.wasProcessed, "no");
  }
});

Deno.test("TritonClient gives up at the deadline and tells the server of it", async () => {
  let remainingMs = 0;
  const triton = client({
    modelInfer: async (_, context) => {
      remainingMs = context.timeoutMs() ?? 0;
      return await waitForAbort(context.signal);
    },
  });
  const startedAt = performance.now();
  await fails(triton.infer(REQUEST, { timeoutMs: 30 }), "deadline");
  assert(performance.now() - startedAt < 1000);
  assert(remainingMs > 0 && remainingMs <= 30);
});

Deno.test("TritonClient cancels a call by the caller's signal", async () => {
  const controller = new AbortController();
  const transport: Transport = {
    unary: async (_method, signal) => await waitForAbort(signal ?? assert.fail("no signal")),
    stream: () => assert.fail("called"),
  };
  const limits: CallLimits = { ...LIMITS, signal: controller.signal };
  const call = fails(new TritonClient(transport).infer(REQUEST, limits), "cancelled");
  controller.abort(new TypeError("the client left"));
  await call;
});

Deno.test("TritonClient says which call failed", async () => {
  const triton = client({
    modelMetadata: () => {
      throw new ConnectError("Request for unknown model: 'm' is not found", Code.NotFound);
    },
  });
  const error = await fails(triton.modelMetadata("m", LIMITS), "unknown_model");
  assert.equal(error.message, "Cannot describe m as Triton has no such model");
});

async function waitForAbort(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener("abort", () => reject(signal.reason));
  return await promise;
}
