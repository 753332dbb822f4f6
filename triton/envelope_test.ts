import assert from "node:assert/strict";
import { create, fromBinary } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import {
  type ModelInferRequest,
  ModelInferRequestSchema,
  ServerLiveRequestSchema,
} from "../proto/gen/inference_pb.ts";
import { decodeMessage, encodeEnvelope, EnvelopeReader } from "./envelope.ts";
import { CallFailure } from "./errors.ts";

const encode = (message: ModelInferRequest, bytesMax = 1_000_000) =>
  encodeEnvelope(ModelInferRequestSchema, message, bytesMax);

function read(chunks: readonly Uint8Array[], bytesMax = 1_000_000): ModelInferRequest {
  const reader = new EnvelopeReader(bytesMax);
  for (const chunk of chunks) reader.push(chunk);
  return fromBinary(ModelInferRequestSchema, reader.finish());
}

function failsWith(action: () => unknown, code: Code, text: RegExp): void {
  assert.throws(action, (error) => {
    assert(error instanceof CallFailure);
    assert.equal(error.code, code);
    assert.match(error.message, text);
    const isTooLongToSend = /writeMaxBytes/.test(error.message);
    assert.equal(error.kind, isTooLongToSend ? "our_fault" : "bad_reply");
    assert.equal(error.wasProcessed, isTooLongToSend ? "no" : "unknown");
    return true;
  });
}

Deno.test("encodeEnvelope() sends the very bytes, behind the rest of the message", () => {
  for (const length of [1, 127, 128, 16_383, 16_384, 602_112]) {
    const tensor = new Uint8Array(length).map((_, index) => index % 251);
    const message = create(ModelInferRequestSchema, {
      modelName: "m",
      inputs: [{ name: "image", datatype: "UINT8", shape: [BigInt(length)] }],
      rawInputContents: [tensor],
    });
    const chunks = encode(message);
    assert.equal(chunks.at(-1), tensor);
    assert.deepEqual(read(chunks), message);
  }
});

Deno.test("encodeEnvelope() sends several tensors, of shared memory too, and none", () => {
  const shared = new Uint8Array(new SharedArrayBuffer(200)).fill(9);
  for (const rawInputContents of [[new Uint8Array(3), shared], []]) {
    const message = create(ModelInferRequestSchema, { modelName: "m", rawInputContents });
    const { rawInputContents: received, modelName } = read(encode(message));
    assert.equal(modelName, "m");
    assert.deepEqual(received.map((bytes) => [...bytes]), rawInputContents.map((b) => [...b]));
  }
});

Deno.test("encodeEnvelope() sends an empty message as an envelope alone", () => {
  const chunks = encodeEnvelope(ServerLiveRequestSchema, create(ServerLiveRequestSchema), 0);
  assert.deepEqual(chunks, [new Uint8Array(5)]);
});

Deno.test("encodeEnvelope() refuses a message that is too large with its tensors", () => {
  const message = create(ModelInferRequestSchema, { rawInputContents: [new Uint8Array(1000)] });
  assert.equal(read(encode(message, 1003)).rawInputContents[0]?.length, 1000);
  const text = /message size 1003 is larger than configured writeMaxBytes 1002/;
  failsWith(() => encode(message, 1002), Code.ResourceExhausted, text);
});

Deno.test("EnvelopeReader takes a message in pieces of any size", () => {
  const message = create(ModelInferRequestSchema, { modelName: "model", id: "7" });
  const [whole = new Uint8Array()] = encode(message);
  for (const size of [1, 2, 5, 6]) {
    const pieces = Array.from(
      { length: Math.ceil(whole.length / size) },
      (_, index) => whole.subarray(index * size, (index + 1) * size),
    );
    assert.deepEqual(read(pieces), message);
  }
});

Deno.test("EnvelopeReader stops at the first byte too many", () => {
  const reader = new EnvelopeReader(10);
  reader.push(new Uint8Array(15));
  const text = /message size 11 is larger than configured readMaxBytes 10/;
  failsWith(() => reader.push(new Uint8Array(1)), Code.ResourceExhausted, text);
});

Deno.test("EnvelopeReader refuses what is not one whole message without compression", () => {
  const finish = (bytes: number[]) => () => {
    const reader = new EnvelopeReader(100);
    if (bytes.length > 0) reader.push(Uint8Array.from(bytes));
    return reader.finish();
  };
  assert.deepEqual(finish([0, 0, 0, 0, 2, 8, 9])(), Uint8Array.from([8, 9]));
  failsWith(finish([]), Code.Internal, /protocol error: missing output message/);
  failsWith(finish([0, 0, 0]), Code.Internal, /protocol error: missing output message/);
  failsWith(finish([0, 0, 0, 0, 2, 8]), Code.Internal, /protocol error: .* 1 bytes in place of 2/);
  failsWith(finish([0, 0, 0, 0, 0, 8]), Code.Internal, /protocol error: .* 1 bytes in place of 0/);
  failsWith(finish([1, 0, 0, 0, 0]), Code.Internal, /protocol error: .* flags 1/);
});

Deno.test("decodeMessage() calls bytes that are no such message a breach of the protocol", () => {
  const decode = (bytes: number[]) =>
    decodeMessage(ModelInferRequestSchema, Uint8Array.from(bytes));
  assert.equal(decode([10, 1, 109]).modelName, "m");
  failsWith(
    () => decode([10, 200]),
    Code.Internal,
    /protocol error: output is no ModelInferRequest/,
  );
});
