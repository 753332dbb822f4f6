import assert from "node:assert/strict";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema } from "../../proto/gen/onnx_pb.ts";
import { wholeFile } from "../../testing/models/whole_file.ts";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { temporaryFolder } from "../../testing/models/temporary_folder.ts";
import {
  byteLengthOf,
  DATA_FILE,
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

Deno.test("frameModel() keeps constants in one file as long as protobuf's readers take it", () => {
  const half = deferred(elements, 2 ** 30);
  const one = frameModel(frame([half]));
  assert.ok(byteLengthOf(one.model) > 2 ** 30);
  assert.deepEqual(one.data, []);
  const two = frameModel(frame([half, half]));
  assert.ok(byteLengthOf(two.model) < 1000);
  assert.equal(byteLengthOf(two.data), 2 ** 31);
});

Deno.test("frameModel() moves large constants to pages of a second file, which ONNX Runtime reads beside the first", async () => {
  await using folder = await temporaryFolder();
  const large = Float32Array.from({ length: 1500 }, (_, index) => index);
  const constant = (name: string, values: Float32Array) => ({
    description: { name, dims: [BigInt(values.length)], dataType: 1 },
    elements: deferred(new Uint8Array(values.buffer)),
  });
  const add = (output: string, a: string, b: string) => ({
    opType: "Add",
    input: [a, b],
    output: [output],
  });
  const tensor = (name: string) => ({
    name,
    type: {
      value: {
        case: "tensorType" as const,
        value: {
          elemType: 1,
          shape: { dim: [{ value: { case: "dimValue" as const, value: 1500n } }] },
        },
      },
    },
  });
  const { model, data } = frameModel({
    head: { irVersion: 8n },
    graphHead: {
      name: "graph",
      node: [add("s", "x", "a"), add("t", "s", "b"), add("y", "t", "c")],
    },
    initializers: [
      constant("a", large),
      constant("b", new Float32Array([0.5])),
      constant("c", large.map((value) => 2 * value)),
    ],
    graphTail: { input: [tensor("x")], output: [tensor("y")] },
    tail: { opsetImport: [{ version: 17n }] },
  }, 4096);
  assert.equal(byteLengthOf(data), 4 * 4096);
  await Deno.writeFile(`${folder.path}/m.onnx`, await wholeFile({ model, data: [] }));
  await Deno.writeFile(`${folder.path}/${DATA_FILE}`, await wholeFile({ model: data, data: [] }));
  const session = await InferenceSession.create(`${folder.path}/m.onnx`);
  const { y } = await session.run({ x: new Tensor("float32", large, [1500]) });
  await session.release();
  assert.deepEqual(y?.data, large.map((value) => 4 * value + 0.5));
});
