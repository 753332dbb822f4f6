import assert from "node:assert/strict";
import { thrownBy } from "../../../testing/thrown.ts";
import { GatewayError } from "../../contract/errors.ts";
import { decodePlainText, readText, readTexts, textOf } from "./text_list.ts";

const LIMITS = { imagesMax: 1, imageBytesMax: 100, textsMax: 3, textCharactersMax: 5 };
const encoder = new TextEncoder();

const shown = (text: string | GatewayError) =>
  text instanceof GatewayError ? `${text.code}: ${text.message}` : text;
const TOO_LONG = "text_too_long: Cannot embed text as its characters must be ≤ 5";
const HALF =
  "invalid_text: Cannot embed text as its UTF-16 must be valid: a surrogate stands without its other half";

for (
  const [what, text, expected] of [
    ["a text of the limit", "abcde", "abcde"],
    ["nothing, which the tokenizer judges", "", ""],
    ["null bytes and white space", "\0 \n", "\0 \n"],
    ["characters that take two units", "😀😀😀😀😀", "😀😀😀😀😀"],
    ["one more", "abcdef", `${TOO_LONG}: current value is 6`],
    ["one more that takes two units", "😀😀😀abc", `${TOO_LONG}: current value is 6`],
    ["what is surely too long, uncounted", "abcdefghijk", TOO_LONG],
    ["a high surrogate at the end", "ab\ud83d", HALF],
    ["a low surrogate by itself", "\ude00", HALF],
    ["surrogates the wrong way round", "\ude00\ud83d", HALF],
  ] as const
) {
  Deno.test(`readText() judges ${what}`, () => {
    assert.equal(shown(readText(text, LIMITS)), expected);
  });
}

Deno.test("readTexts() refuses what is no list of texts, none, and too many", () => {
  for (const texts of ["a", undefined, {}, [1], ["a", null], [["a"]]]) {
    const { code, message } = thrownBy(() => readTexts(texts, LIMITS, true));
    assert.equal(
      `${code}: ${message}`,
      "invalid_body: Cannot embed: text must be a string, texts a list of strings",
    );
  }
  assert.equal(thrownBy(() => readTexts([], LIMITS, true)).code, "invalid_body");
  const many = thrownBy(() => readTexts(["a", "b", "c", "d"], LIMITS, true));
  assert.equal(
    `${many.code}: ${many.message}`,
    "too_many_texts: Cannot embed as texts of one request must be ≤ 3: current value is 4",
  );
});

Deno.test("readTexts() throws for a bad text and says which, or keeps its error", () => {
  const texts = ["a", "\ud800", "b"];
  const { code, message } = thrownBy(() => readTexts(texts, LIMITS, false));
  assert.deepEqual([code, message.slice(0, 26)], ["invalid_text", "Text 1: Cannot embed text "]);
  assert.deepEqual(readTexts(texts, LIMITS, true).map(shown), ["a", HALF, "b"]);
  const alone = thrownBy(() => readTexts(["\ud800"], LIMITS, false));
  assert.equal(shown(alone), HALF);
});

Deno.test("decodePlainText() reads UTF-8, or the charset that it is told, and refuses broken bytes", () => {
  assert.equal(decodePlainText(encoder.encode("äöü"), "utf-8", LIMITS), "äöü");
  assert.equal(decodePlainText(Uint8Array.of(0xe4), "ISO-8859-1", LIMITS), "ä");
  for (
    const [bytes, charset, message] of [
      [[0xff], "utf-8", "its bytes must be valid in its charset"],
      [[0xed, 0xa0, 0x80], "utf-8", "its bytes must be valid in its charset"],
      [[65], "x", "its charset must be one of the Encoding Standard"],
    ] as const
  ) {
    const text = shown(decodePlainText(Uint8Array.from(bytes), charset, LIMITS));
    assert.ok(text.startsWith(`invalid_text: Cannot embed text as ${message}`), text);
  }
});

Deno.test("decodePlainText() decodes nothing that is surely too long", () => {
  assert.equal(shown(decodePlainText(new Uint8Array(21), "utf-8", LIMITS)), TOO_LONG);
  const most = encoder.encode("😀😀😀😀😀");
  assert.equal(decodePlainText(most, "utf-8", LIMITS), "😀😀😀😀😀");
});

Deno.test("textOf() finds no text in an image, nor in what is no UTF-8 or too long", () => {
  assert.equal(textOf(encoder.encode("a cat"), LIMITS), "a cat");
  for (const bytes of [encoder.encode("GIF89a"), Uint8Array.of(0xff), encoder.encode("a cats")]) {
    assert.equal(textOf(bytes, LIMITS), undefined);
  }
});
