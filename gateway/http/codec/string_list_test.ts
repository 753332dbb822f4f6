import assert from "node:assert/strict";
import { failedAt, thrownBy } from "../../../testing/thrown.ts";
import { readStrings } from "./string_list.ts";

const LIMITS = { imagesMax: 2, imageBytesMax: 100, textsMax: 3, textCharactersMax: 20 };
const OPTIONS = { limits: LIMITS, keepErrors: false };
const URI = "data:image/png;base64,AQ==";
const ONE = Uint8Array.of(1);

Deno.test("readStrings() takes data URIs for images, and one string for a list of one", () => {
  assert.deepEqual(readStrings("a cat", "input", OPTIONS), { inputs: ["a cat"], modality: "text" });
  assert.deepEqual(readStrings([URI], "input", OPTIONS), { inputs: [ONE], modality: "image" });
  assert.deepEqual(readStrings([URI, "a"], "input", OPTIONS), {
    inputs: [ONE, "a"],
    modality: ["image", "text"],
  });
});

for (
  const value of [undefined, null, 7, true, {}, [], ["a", 7], [["a"]], [null], [{ text: "a" }]]
) {
  Deno.test(`readStrings() refuses ${JSON.stringify(value)}, and says whose value it is`, () => {
    const error = thrownBy(() => readStrings(value, "prompt", OPTIONS));
    assert.equal(error.code, "invalid_body");
    assert.match(error.message, /^Cannot embed as prompt must be a string or a list of them/);
  });
}

Deno.test("readStrings() names the input that cannot be read, and holds images and texts to their limits", () => {
  const bad = thrownBy(() => readStrings(["a", "data:image/png;base64,*"], "input", OPTIONS));
  assert.deepEqual([bad.code, failedAt(bad)], ["invalid_base64", 1]);
  assert.match(bad.message, /^Input 1: /);
  const bare = ["a", "/9j/".padEnd(64, "A")];
  const nameInput = (index: number) => `Prompt ${index}`;
  const words = thrownBy(() => readStrings(bare, "input", { ...OPTIONS, nameInput }));
  assert.match(words.message, /Prompt 1 is base64 of an image/);
  assert.equal(
    thrownBy(() => readStrings([URI, URI, URI], "input", OPTIONS)).code,
    "too_many_images",
  );
  assert.equal(
    thrownBy(() => readStrings([..."abcd"], "input", OPTIONS)).code,
    "too_many_texts",
  );
});
