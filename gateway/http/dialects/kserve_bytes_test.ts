import assert from "node:assert/strict";
import { bytesTensor } from "../../../testing/kserve_bodies.ts";
import { failedAt, thrownBy } from "../../../testing/thrown.ts";
import { readBytesInput, readElements } from "./kserve_bytes.ts";

const LIMITS = { imagesMax: 2, imageBytesMax: 3, textsMax: 3, textCharactersMax: 5 };

function refusal(name: string, ...elements: (Uint8Array | string)[]) {
  const tail = bytesTensor(...elements);
  const parameters = { binary_data_size: tail.length };
  const input = { name, datatype: "BYTES", shape: [elements.length], parameters };
  const error = thrownBy(() => readBytesInput(input, tail, LIMITS));
  return [error.code, failedAt(error), error.message.split(":")[0]];
}

Deno.test("readBytesInput() fails all for one bad element, and says which it is", () => {
  const good = Uint8Array.of(1);
  assert.deepEqual(refusal("image", good, new Uint8Array(4)), ["body_too_large", 1, "Element 1"]);
  assert.deepEqual(refusal("text", "a", "b", Uint8Array.of(0xff)), [
    "invalid_text",
    2,
    "Element 2",
  ]);
  assert.deepEqual(refusal("text", "a", "abcdef"), ["text_too_long", 1, "Element 1"]);
  const [code, index] = refusal("image", new Uint8Array(4));
  assert.deepEqual([code, index], ["body_too_large", undefined]);
});

Deno.test("readBytesInput() counts elements before it looks at them", () => {
  assert.equal(refusal("image", "a", "b", "c")[0], "too_many_images");
  assert.equal(refusal("text", "a", "b", "c", "d")[0], "too_many_texts");
});

Deno.test("readElements() takes bytes as they are, and strings of images as base64", () => {
  const { inputs } = readElements([Uint8Array.of(1), "Ag=="], "image", LIMITS);
  assert.deepEqual(inputs, [Uint8Array.of(1), Uint8Array.of(2)]);
  assert.deepEqual(readElements(["Ag==", Uint8Array.of(0x61)], "text", LIMITS), {
    inputs: ["Ag==", "a"],
    modality: "text",
  });
});
