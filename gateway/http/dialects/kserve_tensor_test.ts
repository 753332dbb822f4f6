import assert from "node:assert/strict";
import { failedAt, thrownBy } from "../../../testing/thrown.ts";
import { readTensorInput } from "./kserve_tensor.ts";

const LIMITS = {
  ...{ imagesMax: 2, imageBytesMax: 100, textsMax: 3, textCharactersMax: 20 },
  takesTensors: true,
};
const NONE = new Uint8Array();
const read = (input: Parameters<typeof readTensorInput>[0], tail = NONE) =>
  readTensorInput(input, tail, LIMITS);
const bytesOf = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);
const binary = (shape: number[], size: number, datatype = "FP32") => ({
  ...{ name: "image", datatype, shape },
  parameters: { binary_data_size: size },
});

Deno.test("readTensorInput() gives each item of the batch bytes of its own, wherever they lay", () => {
  const tail = new Uint8Array([7, ...bytesOf(1, 2, 3, 4)]).subarray(1);
  const { inputs, tensor } = read(binary([2, 2], 16), tail);
  assert.deepEqual(inputs, [bytesOf(1, 2), bytesOf(3, 4)]);
  assert.deepEqual(inputs.map((item) => (item as Uint8Array).buffer.byteLength), [8, 8]);
  assert.deepEqual(tensor, { name: "image", datatype: "FP32", shape: [2, 2] });
});

Deno.test("readTensorInput() reads numbers of JSON, nested or not, as their datatype", () => {
  const json = (datatype: string, data: unknown[]) =>
    read({ name: "a", datatype, shape: [1, 2], data }).inputs;
  assert.deepEqual(json("FP32", [[0.5, -2]]), [bytesOf(0.5, -2)]);
  assert.deepEqual(json("INT32", [1, -2]), [new Uint8Array(Int32Array.of(1, -2).buffer)]);
  assert.deepEqual(json("UINT8", [0, 255]), [Uint8Array.of(0, 255)]);
});

Deno.test("readTensorInput() takes as many token ids as texts", () => {
  const ids = (count: number) => ({
    ...{ name: "text", datatype: "INT32", shape: [count, 1] },
    data: Array(count).fill(1),
  });
  assert.equal(read(ids(3)).inputs.length, 3);
  assert.equal(thrownBy(() => read(ids(4))).code, "too_many_texts");
});

for (
  const [what, input, tail, message] of [
    ["too few bytes", binary([1, 3], 8), bytesOf(1, 2), /has 12 bytes: there are 8$/],
    ["too many bytes", binary([1, 1], 8), bytesOf(1, 2), /has 4 bytes: there are 8$/],
    ["a size that is not theirs", binary([1, 1], 4), bytesOf(1, 2), /binary_data_size must be/],
    ["a shape of 2^53 elements", binary([1, 2 ** 52], 8), bytesOf(1, 2), /bytes: there are 8$/],
    ["no items", binary([0, 2], 0), NONE, /holds no image$/],
    ["another datatype", binary([1, 2], 8, "FP64"), bytesOf(1, 2), /must be BYTES, FP32, UINT8/],
    ["a datatype of objects", binary([1, 2], 8, "toString"), bytesOf(1, 2), /must be BYTES/],
    ["NaN", binary([1, 2], 8), bytesOf(1, NaN), /all values must be finite$/],
  ] as const
) {
  Deno.test(`readTensorInput() refuses ${what}`, () => {
    const { code, message: said } = thrownBy(() => read(input, tail));
    assert.equal(code, "invalid_body");
    assert.match(said, message);
  });
}

for (
  const [datatype, data] of [
    ["UINT8", [1, 256]],
    ["UINT8", [1, -1]],
    ["INT32", [1, 2 ** 31]],
    ["INT32", [1, 0.5]],
    ["INT32", [1, "2"]],
    ["FP32", [1, "2"]],
    ["FP32", [1, null]],
    ["FP32", [1, 1e39]],
    ["FP32", [1, 2, 3]],
  ] as const
) {
  Deno.test(`readTensorInput() refuses ${JSON.stringify(data)} as ${datatype}`, () => {
    const input = { name: "a", datatype, shape: [1, 2], data: [...data] };
    assert.equal(thrownBy(() => read(input)).code, "invalid_body");
  });
}

Deno.test("readTensorInput() says which item of several is not finite, and asks for the setting", () => {
  const error = thrownBy(() => read(binary([2, 1], 8), bytesOf(1, -Infinity)));
  assert.equal(failedAt(error), 1);
  assert.match(error.message, /^Element 1: /);
  const limits = { ...LIMITS, takesTensors: false };
  const off = thrownBy(() => readTensorInput(binary([1, 2], 8), bytesOf(1, 2), limits));
  assert.match(off.message, /GATEWAY_TENSOR_INPUT/);
});
