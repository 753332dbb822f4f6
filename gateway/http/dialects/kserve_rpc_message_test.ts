import assert from "node:assert/strict";
import { create, toBinary, toJsonString } from "@bufbuild/protobuf";
import { ModelInferRequestSchema } from "../../../proto/gen/inference_pb.ts";
import fc from "../../../testing/fast_check.ts";
import { thrownBy } from "../../../testing/thrown.ts";
import { GatewayError } from "../../contract/errors.ts";
import { readInference } from "./kserve_rpc_message.ts";

const PROTO = "application/proto";
const TEXT = new TextEncoder();
const REQUEST = create(ModelInferRequestSchema, {
  ...{ modelName: "m", modelVersion: "2", id: "7" },
  parameters: {
    normalize: { parameterChoice: { case: "boolParam", value: false } },
    priority: { parameterChoice: { case: "int64Param", value: 3n } },
  },
  inputs: [{ name: "image", datatype: "BYTES", shape: [1n] }],
  outputs: [{ name: "embedding" }],
  rawInputContents: [Uint8Array.of(1, 2, 3)],
});
const bytes = (...list: number[]) => Uint8Array.from(list);
const refusal = (body: Uint8Array<ArrayBuffer>, contentType = PROTO) => {
  const { code, message } = thrownBy(() => readInference({ body, contentType }));
  return `${code}: ${message}`;
};

Deno.test("readInference() gives the same of a binary message and of JSON", () => {
  const binary = readInference({
    body: toBinary(ModelInferRequestSchema, REQUEST),
    contentType: PROTO,
  });
  assert.deepEqual(binary, {
    head: {
      id: "7",
      parameters: { normalize: false, priority: 3 },
      inputs: [{
        ...{ name: "image", datatype: "BYTES", shape: [1] },
        parameters: { binary_data_size: 3 },
      }],
      outputs: [{ name: "embedding", parameters: {} }],
    },
    tail: Uint8Array.of(1, 2, 3),
    params: { model: "m", version: "2" },
  });
  const body = TEXT.encode(toJsonString(ModelInferRequestSchema, REQUEST));
  assert.deepEqual(readInference({ body, contentType: "application/json" }), binary);
});

Deno.test("readInference() wants a tensor an input, which may not be a list of numbers", () => {
  const without = create(ModelInferRequestSchema, { ...REQUEST, rawInputContents: [] });
  const body = toBinary(ModelInferRequestSchema, without);
  assert.match(refusal(body), /^invalid_body: .* one entry an input, .* are 1: it has 0$/);
});

Deno.test("readInference() stops before it makes much of a message that is no tensor", () => {
  // Empty inputs, each an object of its own once it is parsed; and tensors without a byte.
  for (const pair of [[0x2a, 0], [0x3a, 0]]) {
    const body = Uint8Array.from({ length: 1_000_000 }, (_, at) => pair[at % 2] as number);
    assert.match(refusal(body), /≤ 65536 bytes outside raw_input_contents$/);
  }
  assert.match(
    refusal(TEXT.encode(`{"inputs":[${"{},".repeat(1e5)}{}]}`), "application/json"),
    /^invalid_json/,
  );
});

for (
  const [what, body, contentType] of [
    ["bytes that are no message", bytes(0xff, 0xff, 0xff), PROTO],
    ["a tensor that ends behind the body", bytes(0x3a, 9, 1), PROTO],
    ["a field that ends behind the body", bytes(0x0a, 9, 1), PROTO],
    ["a name that is no UTF-8", bytes(0x0a, 1, 0xff), PROTO],
    ["JSON of other types", TEXT.encode('{"inputs":1}'), "application/json"],
  ] as const
) {
  Deno.test(`readInference() refuses ${what}`, () => {
    assert.match(refusal(body, contentType), /^invalid_body: Cannot read call as its body must be/);
  });
}

Deno.test("readInference() reads or refuses whatever bytes there are", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (noise) => {
      const good = toBinary(ModelInferRequestSchema, REQUEST);
      for (
        const body of [noise, new Uint8Array([...good, ...noise])] as Uint8Array<ArrayBuffer>[]
      ) {
        try {
          readInference({ body, contentType: PROTO });
        } catch (thrown) {
          if (!(thrown instanceof GatewayError)) throw thrown;
        }
      }
    }),
    { numRuns: 2000 },
  );
});
