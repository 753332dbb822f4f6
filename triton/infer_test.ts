import assert from "node:assert/strict";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { ModelInferResponseSchema } from "../proto/gen/inference_pb.ts";
import { TritonError } from "./errors.ts";
import { decodeInferReply, encodeInferRequest, type InferRequest } from "./infer.ts";

const input = { name: "image", datatype: "UINT8", shape: [1, 4] } as const;
const output = { name: "embedding", datatype: "FP32", shape: [1, 2] } as const;
const request: InferRequest = {
  model: "m",
  inputs: [{ ...input, bytes: new Uint8Array(4) }],
  outputs: [output],
};

Deno.test("encodeInferRequest() takes inline bytes as they are", () => {
  const bytes = new Uint8Array([1, 2, 3, 4]);
  const message = encodeInferRequest({ ...request, inputs: [{ ...input, bytes }] });
  assert.equal(message.modelName, "m");
  assert.deepEqual(message.inputs[0]?.shape, [1n, 4n]);
  assert.equal(message.rawInputContents[0], bytes);
  assert.deepEqual(message.outputs.map(({ name }) => name), ["embedding"]);
});

Deno.test("encodeInferRequest() names region, offset and size of a shared input", () => {
  const message = encodeInferRequest({
    ...request,
    inputs: [{ ...input, region: "r", byteOffset: 602_112 }],
  });
  assert.deepEqual(message.rawInputContents, []);
  const parameters = Object.entries(message.inputs[0]?.parameters ?? {})
    .map(([name, { parameterChoice }]) => [name, parameterChoice.case, parameterChoice.value]);
  assert.deepEqual(parameters, [
    ["shared_memory_region", "stringParam", "r"],
    ["shared_memory_byte_size", "int64Param", 4n],
    ["shared_memory_offset", "int64Param", 602_112n],
  ]);
});

Deno.test("encodeInferRequest() refuses bytes that do not fit the shape, and mixed inputs", () => {
  const short = { ...input, bytes: new Uint8Array(3) };
  assert.throws(
    () => encodeInferRequest({ ...request, inputs: [short] }),
    new RangeError("Cannot use tensor image as UINT8 [1,4] takes 4 bytes: there are 3"),
  );
  const shared = { ...input, region: "r", byteOffset: 0 };
  assert.throws(
    () => encodeInferRequest({ ...request, inputs: [...request.inputs, shared] }),
    /Cannot mix inline inputs with inputs in shared memory/,
  );
});

type Reply = MessageInitShape<typeof ModelInferResponseSchema>;

const described = { name: "embedding", datatype: "FP32", shape: [1n, 2n] };
const good = new Uint8Array(new Float32Array([0.5, -1]).buffer);
const decode = (reply: Reply, outputs: InferRequest["outputs"] = [output]) =>
  decodeInferReply({ ...request, outputs }, create(ModelInferResponseSchema, reply), "infer");

Deno.test("decodeInferReply() gives outputs in the order they were asked for", () => {
  const other = { name: "other", datatype: "UINT8", shape: [1n] };
  const reply = { outputs: [other, described], rawOutputContents: [new Uint8Array([7]), good] };
  const [embedding, seven] = decode(reply, [output, {
    name: "other",
    datatype: "UINT8",
    shape: [1],
  }]);
  assert.deepEqual(embedding?.data, new Float32Array([0.5, -1]));
  assert.deepEqual(seven?.data, new Uint8Array([7]));
});

Deno.test("decodeInferReply() refuses what was not asked for", () => {
  const cases: [Reply, string][] = [
    [{}, "the reply has no output embedding"],
    [
      { outputs: [{ ...described, shape: [1n, 1n] }], rawOutputContents: [good.slice(4)] },
      "embedding must be FP32 [1,2]: it is FP32 [1,1]",
    ],
    [
      { outputs: [{ ...described, datatype: "FP16" }], rawOutputContents: [good] },
      "embedding must be FP32 [1,2]: it is FP16 [1,2]",
    ],
    // As Triton's Python backend does with numpy 2.
    [{ outputs: [described] }, "embedding must have 8 bytes: it has 0"],
    [
      { outputs: [described], rawOutputContents: [good.slice(1)] },
      "embedding must have 8 bytes: it has 7",
    ],
  ];
  for (const [reply, problem] of cases) {
    assert.throws(() => decode(reply), (error: Error) => {
      assert(error instanceof TritonError);
      assert.equal(error.kind, "bad_reply");
      assert.equal(error.message, `Cannot infer as ${problem}`);
      return true;
    });
  }
});
