import assert from "node:assert/strict";
import { thrownBy } from "../../../testing/thrown.ts";
import type { AskedInput } from "../../contract/embed_request.ts";
import { GatewayError } from "../../contract/errors.ts";
import { modalityOf, readInputs } from "./input_list.ts";

const LIMITS = { imagesMax: 2, imageBytesMax: 100, textsMax: 2, textCharactersMax: 5 };
const read = (list: unknown, keepErrors = false) =>
  readInputs(list, { limits: LIMITS, keepErrors });
const shown = (inputs: readonly AskedInput[]) =>
  inputs.map((input) =>
    input instanceof GatewayError ? input.code : input instanceof Uint8Array ? [...input] : input
  );
const refusal = (list: unknown) => {
  const { code, message } = thrownBy(() => read(list));
  return `${code}: ${message}`;
};

Deno.test("readInputs() reads images and texts in order, and says what each is", () => {
  const { inputs, modality } = read([{ text: "a" }, { image: "AQI=" }, { text: "b", image: null }]);
  assert.deepEqual(shown(inputs), ["a", [1, 2], "b"]);
  assert.deepEqual(modality, ["text", "image", "text"]);
});

Deno.test("readInputs() has one word for inputs that are alike", () => {
  assert.equal(read([{ text: "a" }, { text: "b" }]).modality, "text");
  assert.equal(read([{ image: "AQI=" }]).modality, "image");
  assert.equal(modalityOf(["image", "image"]), "image");
});

Deno.test("readInputs() keeps what is wrong with an input in its place, or says which it is", () => {
  const list = [{ text: "a" }, { image: "A*" }, { text: "abcdef" }, { image: "AQI=" }];
  assert.deepEqual(shown(read(list, true).inputs), ["a", "invalid_base64", "text_too_long", [
    1,
    2,
  ]]);
  assert.deepEqual(read(list, true).modality, ["text", "image", "text", "image"]);
  assert.match(refusal(list), /^invalid_base64: Input 1: Cannot decode image /);
  const nameInput = (index: number) => index === 0 ? "Query" : `Candidate ${index - 1}`;
  const error = thrownBy(() => readInputs(list, { limits: LIMITS, keepErrors: false, nameInput }));
  assert.match(error.message, /^Candidate 0: Cannot decode image /);
});

Deno.test("readInputs() refuses what is no list of images and texts, whatever becomes of errors", () => {
  for (const list of [undefined, null, {}, [], "a"]) {
    assert.equal(
      refusal(list),
      "invalid_body: Cannot embed: inputs must be a list of at least one",
    );
  }
  for (
    const input of [
      null,
      "a",
      1,
      [],
      {},
      { image: "AQI=", text: "a" },
      { text: 1 },
      { text: "a", more: 1 },
      { picture: "AQI=" },
    ]
  ) {
    const message =
      "Cannot embed: Input 1 must be an object with either image or text, which are strings";
    assert.equal(
      refusal([{ text: "a" }, input]),
      `invalid_body: ${message}`,
      JSON.stringify(input),
    );
    assert.equal(thrownBy(() => read([input], true)).code, "invalid_body");
  }
});

Deno.test("readInputs() counts images and texts by themselves", () => {
  const [text, image] = [{ text: "a" }, { image: "AQI=" }];
  assert.equal(read([text, image, text, image]).inputs.length, 4);
  assert.match(refusal([text, text, text]), /^too_many_texts: .* ≤ 2: current value is 3$/);
  assert.match(
    refusal([image, text, image, image]),
    /^too_many_images: .* ≤ 2: current value is 3$/,
  );
});
