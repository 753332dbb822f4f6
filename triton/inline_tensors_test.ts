import assert from "node:assert/strict";
import { create, fromBinary } from "@bufbuild/protobuf";
import { ConnectError, createClient } from "@connectrpc/connect";
import type { UniversalClientFn } from "@connectrpc/connect/protocol";
import { createTransport } from "@connectrpc/connect/protocol-grpc";
import {
  GRPCInferenceService,
  type ModelInferRequest,
  ModelInferRequestSchema,
} from "../proto/gen/inference_pb.ts";
import { createInlineTensors } from "./inline_tensors.ts";

/** Runs one call down to the HTTP client; returns the chunks of the body it would send. */
async function send(
  message: ModelInferRequest,
  requestBytesMax = 1_000_000,
): Promise<Uint8Array[]> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array[]>();
  const httpClient: UniversalClientFn = ({ body }) => {
    Array.fromAsync(body ?? []).then(resolve, reject);
    return Promise.reject(new Error("nothing is sent"));
  };
  const inline = createInlineTensors(requestBytesMax);
  const transport = createTransport({
    baseUrl: "http://127.0.0.1",
    httpClient: inline.wrap(httpClient),
    interceptors: [inline.interceptor],
    useBinaryFormat: true,
    readMaxBytes: 1000,
    writeMaxBytes: requestBytesMax,
    acceptCompression: [],
    sendCompression: null,
    compressMinBytes: 0,
  });
  const call = createClient(GRPCInferenceService, transport).modelInfer(message);
  await assert.rejects(call);
  return await promise;
}

function read(chunks: readonly Uint8Array[]): ModelInferRequest {
  const bytes = new Uint8Array(chunks.flatMap((chunk) => [...chunk]));
  assert.equal(bytes[0], 0);
  assert.equal(new DataView(bytes.buffer).getUint32(1), bytes.length - 5);
  return fromBinary(ModelInferRequestSchema, bytes.subarray(5));
}

Deno.test("createInlineTensors() sends the very bytes, behind the rest of the message", async () => {
  for (const length of [1, 127, 128, 16_383, 16_384, 602_112]) {
    const tensor = new Uint8Array(length).map((_, index) => index % 251);
    const message = create(ModelInferRequestSchema, {
      modelName: "m",
      inputs: [{ name: "image", datatype: "UINT8", shape: [BigInt(length)] }],
      rawInputContents: [tensor],
    });
    const chunks = await send(message);
    assert.equal(chunks.at(-1), tensor);
    assert.deepEqual(read(chunks), message);
  }
});

Deno.test("createInlineTensors() sends several tensors, of shared memory too, and none", async () => {
  const shared = new Uint8Array(new SharedArrayBuffer(200)).fill(9);
  for (const rawInputContents of [[new Uint8Array(3), shared], []]) {
    const message = create(ModelInferRequestSchema, { modelName: "m", rawInputContents });
    const { rawInputContents: received, modelName } = read(await send(message));
    assert.equal(modelName, "m");
    assert.deepEqual(received.map((bytes) => [...bytes]), rawInputContents.map((b) => [...b]));
  }
});

Deno.test("createInlineTensors() refuses a message that is too large with its tensors", async () => {
  const message = create(ModelInferRequestSchema, { rawInputContents: [new Uint8Array(1000)] });
  assert.equal(read(await send(message, 1003)).rawInputContents[0]?.length, 1000);
  await assert.rejects(send(message, 1002), (error: Error) => {
    assert(error instanceof ConnectError);
    assert.match(error.message, /message size 1003 is larger than configured writeMaxBytes 1002/);
    return true;
  });
});
