import assert from "node:assert/strict";
import { TEST_INFO } from "../../testing/app_harness.ts";
import type { ModelInfo } from "./info.ts";
import { findsByWords, jsonOfScript, pageData } from "./page_data.ts";

const [IMAGE] = TEST_INFO.models as [ModelInfo];
const TEXT: ModelInfo = { ...IMAGE, name: "words", modality: "text" };
const OTHER: ModelInfo = {
  ...IMAGE,
  name: "other",
  is_default: false,
  embedding_space: "s1-1",
  input: { name: "image", datatype: "UINT8", shape: [224, 224, 3] },
};

Deno.test("pageData() tells what photos' tensors would be, by model, and which of them words find", () => {
  const limits = { image_bytes: 8_388_608 };
  assert.deepEqual(pageData({ ...TEST_INFO, limits, models: [IMAGE, OTHER, TEXT] }, true), {
    needsKey: true,
    imageBytesMax: 8_388_608,
    models: [
      { name: "dct_512", isDefault: true, tensorBytes: 602_112, findsByWords: true },
      { name: "other", isDefault: false, tensorBytes: 150_528, findsByWords: false },
    ],
  });
});

Deno.test("findsByWords() is false where there are words of another space alone", () => {
  const info = { ...TEST_INFO, models: [OTHER, TEXT] };
  assert.equal(findsByWords(OTHER, info), false);
  assert.equal(findsByWords({ ...OTHER, embedding_space: "s1-0" }, info), true);
});

Deno.test("jsonOfScript() is JSON that ends no script, whatever a model is called", () => {
  const data = pageData({ ...TEST_INFO, models: [{ ...IMAGE, name: "</script><b>" }] }, false);
  const json = jsonOfScript(data);
  assert.equal(json.includes("<"), false);
  assert.equal(JSON.parse(json).models[0].name, "</script><b>");
});
