import assert from "node:assert/strict";
import { testVocabulary } from "../testing/tokens/read_tokens.ts";
import { TINY_END, TINY_MERGES, TINY_START } from "../testing/tokens/tiny_vocabulary.ts";
import { parseVocabulary } from "./vocabulary.ts";

Deno.test("parseVocabulary() gives bytes the ids of GPT-2's order", () => {
  const { bytes, endBytes } = parseVocabulary(TINY_MERGES);
  const codes = ["!", "~", "¡", "¬", "®", "ÿ"].map((letter) => letter.charCodeAt(0));
  assert.deepEqual(codes.map((code) => bytes[code]), [0, 93, 94, 105, 106, 187]);
  // Bytes that are no printable Latin-1 come last: NUL first, the soft hyphen at the end.
  assert.deepEqual([0, 0x20, 0x7f, 0xad].map((code) => bytes[code]), [188, 220, 221, 255]);
  assert.deepEqual([...endBytes], [...bytes].map((id) => id + 256));
  assert.equal(new Set(bytes).size, 256);
});

Deno.test("parseVocabulary() gives merges the ids behind the bytes', and the marks the last", () => {
  const { bytes, merged, startOfText, endOfText } = parseVocabulary(TINY_MERGES);
  const [a = 0, b = 0, c = 0] = [..."abc"].map((letter) => bytes[letter.charCodeAt(0)]);
  assert.equal(merged.get(b, c), 512);
  assert.equal(merged.get(a, 512), 513);
  assert.equal(merged.get(c, b), undefined);
  assert.deepEqual([startOfText, endOfText], [TINY_START, TINY_END]);
});

Deno.test("parseVocabulary() takes line ends of Windows, and counts 48,894 merges", () => {
  assert.deepEqual(
    parseVocabulary(TINY_MERGES.replaceAll("\n", "\r\n")),
    parseVocabulary(TINY_MERGES),
  );
  const letters = Array.from({ length: 250 }, (_, index) => String.fromCharCode(0x100 + index))
    .filter((letter) => letter < "\u0144");
  const pairs = letters.flatMap((left) => letters.map((right) => `${left} ${right}`));
  const triples = pairs.flatMap((pair) =>
    letters.slice(0, 20).map((x) => `${pair.replace(" ", "")} ${x}`)
  );
  const lines = [...pairs, ...triples];
  assert.ok(lines.length > 50_000);
  assert.equal(parseVocabulary(["#version: 0.2", ...lines].join("\n")).endOfText, 49_407);
});

Deno.test("parseVocabulary() refuses what is no list of merges", () => {
  const cases = {
    "": /first line must begin with #version/,
    "a b\n": /first line must begin with #version/,
    "#version: 0.2\n\n": /there are none/,
    "#version: 0.2\na b\nab\n": /line 3 .* two known parts/,
    "#version: 0.2\na b c\n": /line 2 .* two known parts/,
    "#version: 0.2\nabc d\n": /line 2 .* two known parts/,
    "#version: 0.2\n\na b\n": /line 2 .* two known parts/,
    "#version: 0.2\na b\na b\n": /line 3 .* not new/,
    "#version: 0.2\na b\nb c\nab c\na bc\n": /line 5 .* not new/,
  };
  for (const [text, message] of Object.entries(cases)) {
    assert.throws(() => parseVocabulary(text), { name: "SyntaxError", message });
  }
});

testVocabulary("CLIP's vocabulary has 49,408 ids", ({ startOfText, endOfText }) => {
  assert.deepEqual([startOfText, endOfText], [49_406, 49_407]);
});
