import assert from "node:assert/strict";
import { thrownBy } from "../../../testing/thrown.ts";
import { readRpcFormat, rpcMessage, rpcReply } from "./rpc_body.ts";

const PLAIN = readRpcFormat("application/proto");
const FRAMED = readRpcFormat("application/grpc-web+proto; charset=utf-8");
const frame = (...bytes: number[]) => Uint8Array.from(bytes);

Deno.test("readRpcFormat() tells Connect from gRPC-Web, and gRPC from both", () => {
  assert.deepEqual([PLAIN.isFramed, FRAMED.isFramed], [false, true]);
  assert.equal(readRpcFormat("Application/JSON").isJson, true);
  for (const type of ["", "application/grpc", "application/grpc-web-text", "text/plain"]) {
    const { code, message } = thrownBy(() => readRpcFormat(type));
    assert.equal(code, "unsupported_media_type");
    assert.match(message, /at \/v2$/);
  }
});

Deno.test("rpcMessage() takes a message out of its frame", () => {
  assert.deepEqual(rpcMessage(frame(7, 8), PLAIN), frame(7, 8));
  assert.deepEqual(rpcMessage(frame(0, 0, 0, 0, 2, 7, 8), FRAMED), frame(7, 8));
  assert.deepEqual(rpcMessage(frame(9, 0, 0, 0, 0, 1, 7).subarray(1), FRAMED), frame(7));
  assert.deepEqual(rpcMessage(frame(0, 0, 0, 0, 0), FRAMED), frame());
});

for (
  const [what, body] of [
    ["nothing", frame()],
    ["half a prefix", frame(0, 0, 0)],
    ["a frame that is longer than its body", frame(0, 0, 0, 0, 3, 7, 8)],
    ["a frame of 4 GiB", frame(0, 255, 255, 255, 255, 7)],
    ["bytes behind a frame", frame(0, 0, 0, 0, 1, 7, 8)],
    ["two frames", frame(0, 0, 0, 0, 1, 7, 0, 0, 0, 0, 1, 7)],
    ["a compressed frame", frame(1, 0, 0, 0, 1, 7)],
  ] as const
) {
  Deno.test(`rpcMessage() refuses ${what}`, () => {
    assert.equal(thrownBy(() => rpcMessage(body, FRAMED)).code, "invalid_body");
  });
}

Deno.test("rpcReply() writes a message, and for gRPC-Web its trailers behind it", async () => {
  const plain = rpcReply(frame(7), PLAIN);
  assert.equal(plain.headers.get("content-type"), "application/proto");
  assert.deepEqual(await plain.bytes(), frame(7));
  const framed = rpcReply(frame(7), FRAMED);
  assert.equal(framed.headers.get("content-type"), "application/grpc-web+proto");
  const bytes = await framed.bytes();
  assert.deepEqual(bytes.subarray(0, 11), frame(0, 0, 0, 0, 1, 7, 0x80, 0, 0, 0, 16));
  assert.equal(new TextDecoder().decode(bytes.subarray(11)), "grpc-status: 0\r\n");
});
