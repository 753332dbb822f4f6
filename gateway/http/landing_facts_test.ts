import assert from "node:assert/strict";
import { TEST_INFO } from "../../testing/app_harness.ts";
import type { ModelInfo } from "./info.ts";
import { landingText } from "./landing_page.ts";

const [IMAGE] = TEST_INFO.models as [ModelInfo];
const TEXT: ModelInfo = {
  ...IMAGE,
  name: "words",
  modality: "text",
  preprocess_id: { text: "t1-words" },
};
const VISIT = { origin: "http://localhost:40221", needsKey: false };

const textOf = (...models: ModelInfo[]) => landingText({ ...TEST_INFO, models }, VISIT);
const CURL_TEXT = '/embed -H "content-type: text/plain" --data-binary "a dog on a beach"';

Deno.test("landingText() tells every model's kind, space and ids, and who answers without a name", () => {
  const old = {
    ...IMAGE,
    name: "old:1",
    is_default: false,
    embedding_space: "s1-1",
    aliases: ["x"],
  };
  const text = textOf(IMAGE, old, TEXT);
  assert.match(text, /^Takes photos and words, returns embeddings\.$/m);
  for (
    const [name, space, id] of [
      ["dct_512", "s1-0", "p1-none"],
      ["old:1", "s1-1", "p1-none"],
      ["words", "s1-0", "t1-words"],
    ]
  ) {
    const kind = name === "words" ? "Words" : "Photos";
    assert.match(
      text,
      new RegExp(`^${kind}: +${name}: .*\\n +512 floats .* ${space}, preprocess id ${id}$`, "m"),
    );
  }
  assert.equal(text.match(/answers requests that name no model/g)?.length, 1);
  assert.match(text, /also called x/);
});

Deno.test("landingText() says whether words find photos, and shows how words are sent where they are", () => {
  assert.match(textOf(IMAGE), /^Search by words: no, as no model here embeds words$/m);
  assert.equal(textOf(IMAGE).includes("text/plain"), false);
  const other = { ...TEXT, embedding_space: "s1-1" };
  assert.match(textOf(IMAGE, other), /^Search by words: no photos by a model here/m);
  assert.match(textOf(IMAGE, TEXT), /^Search by words: yes, for photos by dct_512$/m);
  assert.ok(textOf(IMAGE, TEXT).includes(CURL_TEXT));
});

Deno.test("landingText() of a gateway of words alone shows nothing of photos", () => {
  const text = textOf(TEXT);
  assert.match(text, /^Takes words, returns embeddings\.$/m);
  assert.ok(text.includes(CURL_TEXT));
  assert.doesNotMatch(text, /photo\.jpg|JPEG|undefined/);
});
