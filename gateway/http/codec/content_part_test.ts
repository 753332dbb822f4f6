import assert from "node:assert/strict";
import { thrownBy } from "../../../testing/thrown.ts";
import { hasContent, isMessage, readConversation, readPart, readString } from "./content_part.ts";

for (
  const [part, expected] of [
    [{ image: "AQ==" }, { image: "AQ==" }],
    [{ text: "a cat" }, { text: "a cat" }],
    [{ text: "", image: null }, { text: "" }],
    [{ type: "text", text: "a cat" }, { text: "a cat" }],
    [{ type: "input_text", text: "a cat" }, { text: "a cat" }],
    [{ type: "image_url", image_url: { url: "data:a", detail: "low" } }, { image: "data:a" }],
    [{ type: "image_url", image_url: "data:a" }, { image: "data:a" }],
    [{ type: "input_image", image_url: "data:a" }, { image: "data:a" }],
    [{ type: "image_base64", image_base64: "AQ==" }, { image: "AQ==" }],
    [{ image: "AQ==", uuid: "x" }, { image: "AQ==" }],
  ] as const
) {
  Deno.test(`readPart() reads ${JSON.stringify(part)}`, () => {
    assert.deepEqual(readPart(part, "Input 0"), expected);
  });
}

for (
  const part of [
    ...[null, 1, true, {}, { image: 1 }, { text: ["a"] }, { image: "a", text: "b" }],
    ...[{ image: "a", image_url: "b" }, { image_url: { url: 1 } }, { image_url: {} }],
    ...[{ type: "audio_url", audio_url: "x" }, { type: "video", image: "x" }, {
      type: 1,
      text: "",
    }],
  ]
) {
  Deno.test(`readPart() refuses ${JSON.stringify(part)}`, () => {
    const { code, message } = thrownBy(() => readPart(part, "Input 3"));
    assert.equal(code, "invalid_body");
    assert.match(message, /^Cannot embed: Input 3 must be /);
  });
}

Deno.test("isMessage() wants a role and a content, and hasContent() a content", () => {
  assert.ok(isMessage({ role: "user", content: "a" }));
  assert.deepEqual([hasContent({ content: [] }), isMessage({ content: [] })], [true, false]);
  for (const value of [null, "a", [], {}, { role: "user" }, { content: null }]) {
    assert.deepEqual([hasContent(value), isMessage(value)], [false, false]);
  }
});

Deno.test("readConversation() reads its one part, beside which an empty text is none", () => {
  const image = { type: "image_url", image_url: { url: "data:a" } };
  const read = (...content: unknown[]) => readConversation([{ role: "user", content }], "Input 0");
  assert.deepEqual(read(image), { image: "data:a" });
  assert.deepEqual(read({ type: "text", text: "" }, image), { image: "data:a" });
  assert.deepEqual(read({ type: "text", text: "" }), { text: "" });
  assert.deepEqual(readConversation([{ role: "user", content: "a cat" }], ""), { text: "a cat" });
});

Deno.test("readConversation() says how many parts there are where that is not one", () => {
  const said = (...messages: unknown[]) =>
    thrownBy(() => readConversation(messages, "Input 1")).message;
  const text = {
    role: "user",
    content: [{ type: "text", text: "a" }, { type: "text", text: "b" }],
  };
  assert.match(
    said(text),
    /^Cannot embed: Input 1 has 2 parts and must have one, an image or a text/,
  );
  assert.match(said({ role: "system", content: "Represent it" }, text), /has 3 parts/);
  assert.match(said({ role: "user", content: [] }), /has 0 parts/);
});

Deno.test("readString() takes a data URI for an image, and what is no base64 of one for a text", () => {
  const uri = "data:image/png;base64,AQ==";
  assert.deepEqual(readString(uri, "Input 0"), { image: uri });
  for (
    const text of ["a cat", "", "/9j/", "iVBORw0KGgo is how a PNG begins", "https://a/cat.jpg"]
  ) {
    assert.deepEqual(readString(text, "Input 0"), { text });
  }
});

for (const start of ["/9j/", "_9j_", "iVBORw0KGgo", "UklGR", "R0lGOD"]) {
  Deno.test(`readString() refuses ${start}… as words`, () => {
    const error = thrownBy(() => readString(start.padEnd(64, "A"), "Input 3"));
    assert.equal(error.code, "invalid_body");
    assert.match(error.message, /^Cannot embed: Input 3 is base64 of an image/);
  });
}
