import assert from "node:assert/strict";
import { TEST_INFO } from "../../testing/app_harness.ts";
import type { ModelInfo } from "./info.ts";
import { landingPage, landingText } from "./landing_page.ts";

const [IMAGE] = TEST_INFO.models as [ModelInfo];
const TEXT: ModelInfo = {
  ...IMAGE,
  name: "words",
  modality: "text",
  preprocess_id: { text: "t1-words" },
};
const VISIT = { origin: "http://localhost:40221", needsKey: false };

Deno.test("landingPage() shows the address that it was asked at, and that a key is needed where it is", async () => {
  const open = String(await landingPage(TEST_INFO, VISIT));
  assert.ok(open.includes("curl http://localhost:40221/embed -H"));
  assert.doesNotMatch(open, /8080|KEY/);
  const closed = String(await landingPage(TEST_INFO, { ...VISIT, needsKey: true }));
  assert.match(closed, /authorization: Bearer KEY/);
  assert.match(closed, /want a key/);
  assert.match(closed, /photo\.jpg is a photo of yours, KEY is a key that/);
});

Deno.test("landingPage() asks for no icon, which a gateway with keys would refuse, and shows the whole command on a phone", async () => {
  const page = String(await landingPage(TEST_INFO, VISIT));
  assert.match(page, /<link rel="icon" href="data:,">/);
  assert.match(page, /pre { [^}]*white-space: pre-wrap;/);
  assert.match(page, /@media \(max-width: \d+rem\) { td { display: block;/);
});

Deno.test("landingPage() escapes an address, whoever let it through", async () => {
  const page = String(await landingPage(TEST_INFO, { ...VISIT, origin: 'http://"><script>' }));
  assert.equal(page.includes("<script>"), false);
});

Deno.test("landingText() says the same without any markup", () => {
  const text = landingText(TEST_INFO, { ...VISIT, origin: undefined });
  for (
    const part of ["dct_512: a <descriptor>", "512 floats", "p1-none", "http://HOST:PORT/embed"]
  ) {
    assert.ok(text.includes(part), part);
  }
  assert.doesNotMatch(text, /<td>|&lt;/);
});

Deno.test("landingPage() shows model, engine, decoder and preprocess id", async () => {
  const page = String(await landingPage(TEST_INFO, VISIT));
  for (
    const text of ["dct_512", "512 floats", "onnxruntime 1.2.3", "libturbojpeg 1.2.3", "p1-none"]
  ) {
    assert.ok(page.includes(text), text);
  }
});

Deno.test("landingPage() shows the preprocess id of what holds without options", async () => {
  const decode = { default: "fast", fast_scale_min: 2 } as const;
  const orient = { default: "exif" } as const;
  const models = [{ ...IMAGE, preprocess_id: { none: "p1-none", fast_exif: "p1-fast_exif" } }];
  const page = String(await landingPage({ ...TEST_INFO, decode, orient, models }, VISIT));
  assert.ok(page.includes("p1-fast_exif"));
  assert.equal(page.includes("p1-none"), false);
});

Deno.test("landingPage() escapes what comes from the manifest", async () => {
  const page = String(await landingPage(TEST_INFO, VISIT));
  assert.ok(page.includes("a &lt;descriptor&gt;"));
  assert.equal(page.includes("<descriptor>"), false);
});

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
