import assert from "node:assert/strict";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema } from "../../proto/gen/onnx_pb.ts";
import { wholeFile } from "../../testing/models/whole_file.ts";
import {
  byteLengthOf,
  type DeferredBytes,
  frameModel,
  type ModelFrame,
  readParts,
} from "./onnx_file.ts";

const elements = Uint8Array.from({ length: 300 }, (_, index) => index);

function deferred(bytes: Uint8Array, byteLength = bytes.length): DeferredBytes {
  return { byteLength, load: () => Promise.resolve(bytes) };
}

function frame(parts: readonly (Uint8Array | DeferredBytes)[]): ModelFrame {
  return {
    head: { irVersion: 8n, producerName: "test" },
    graphHead: { name: "graph", node: [{ opType: "Relu", input: ["x"], output: ["y"] }] },
    initializers: parts.map((part, index) => ({
      description: { name: `c${index}`, dims: [300n], dataType: 2 },
      elements: part,
    })),
    graphTail: { input: [{ name: "x" }], output: [{ name: "y" }] },
    tail: { opsetImport: [{ version: 17n }], metadataProps: [{ key: "a", value: "b" }] },
  };
}

async function bytesOf(model: ModelFrame): Promise<Uint8Array> {
  return await wholeFile(frameModel(model));
}

Deno.test("frameModel() gives the bytes that protobuf-es gives for the whole model", async () => {
  const { head, graphHead, initializers, graphTail, tail } = frame([elements, deferred(elements)]);
  const whole = create(
    ModelProtoSchema,
    {
      ...head,
      graph: {
        ...graphHead,
        initializer: initializers.map(({ description }) => ({ ...description, rawData: elements })),
        ...graphTail,
      },
      ...tail,
    } as Parameters<typeof create<typeof ModelProtoSchema>>[1],
  );
  const actual = await bytesOf(frame([elements, deferred(elements)]));
  assert.deepEqual(actual, toBinary(ModelProtoSchema, whole));
  assert.deepEqual(fromBinary(ModelProtoSchema, actual).graph?.initializer[1]?.rawData, elements);
});

Deno.test("readParts() asks for deferred bytes only when their turn comes", async () => {
  const asked: number[] = [];
  const parts = [0, 1].map((index) => ({
    byteLength: 1,
    load: () => {
      asked.push(index);
      return Promise.resolve(new Uint8Array(1));
    },
  }));
  const reader = readParts(parts);
  assert.deepEqual(asked, []);
  await reader.next();
  assert.deepEqual(asked, [0]);
});

Deno.test("readParts() refuses deferred bytes of another length", async () => {
  await assert.rejects(bytesOf(frame([deferred(elements, 301)])), {
    name: "RangeError",
    message: "Cannot write model: a part must be 301 bytes: current value is 300",
  });
});

Deno.test("frameModel() refuses a file that protobuf's readers do not take", () => {
  const half = deferred(elements, 2 ** 30);
  assert.ok(byteLengthOf(frameModel(frame([half]))) > 2 ** 30);
  assert.throws(() => frameModel(frame([half, half])), {
    name: "RangeError",
    message: /^Cannot write model: its file must be ≤ 2147483647 bytes: current value is 2147\d+$/,
  });
});
