import assert from "node:assert/strict";
import { type CodeRanges, readLetters } from "../testing/tokens/read_tokens.ts";
import { wordsOf } from "./words.ts";

const IGNORED = 0x345;

/** How a code point behaves between two letters, by the words that it makes of them. */
const KINDS: Readonly<Record<string, (character: string) => string[]>> = {
  letters: (character) => [`a${character}b`],
  numbers: (character) => ["a", character, "b"],
  spaces: () => ["a", "b"],
  others: (character) => ["a", character, "b"],
};

function isIn(ranges: CodeRanges): (code: number) => boolean {
  const codes = new Set(
    ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => from + i)),
  );
  return (code) => codes.has(code);
}

Deno.test("wordsOf() takes every code point for what the reference takes it for", () => {
  const ranges = readLetters();
  const asked = Object.entries(ranges).map(([kind, list]) => [kind, isIn(list)] as const);
  const different: string[] = [];
  for (let code = 0; code < 0x110000; code++) {
    if ((code >= 0xd800 && code < 0xe000) || code === IGNORED) continue;
    const character = String.fromCodePoint(code);
    const kind = asked.find(([, isKind]) => isKind(code))?.[0] ?? "others";
    const words = [...wordsOf(`a${character}b`)];
    if (words.join("|") !== KINDS[kind]?.(character).join("|")) {
      different.push(`${code.toString(16)} ${kind}`);
    }
  }
  assert.deepEqual(different, []);
});

Deno.test("wordsOf() takes a number alone and other characters together", () => {
  assert.deepEqual([...wordsOf("12!?")], ["1", "2", "!?"]);
});

Deno.test("wordsOf() cuts contractions off, and apostrophes of other words not", () => {
  assert.deepEqual([...wordsOf("don't we've dog's 'll x'q")], [
    ...["don", "'t", "we", "'ve", "dog", "'s", "'ll", "x", "'", "q"],
  ]);
  assert.deepEqual([...wordsOf("!'s it'ſ")], ["!'", "s", "it", "'ſ"]);
});

Deno.test("wordsOf() finds the marks of a text's ends where no sign is before them", () => {
  assert.deepEqual([...wordsOf("a<start_of_text>b <end_of_text>")], [
    ...["a", "<start_of_text>", "b", "<end_of_text>"],
  ]);
  assert.deepEqual([...wordsOf("!<end_of_text>")], ["!<", "end", "_", "of", "_", "text", ">"]);
});

Deno.test("wordsOf() leaves U+0345 out, as the reference does", () => {
  assert.deepEqual([...wordsOf("a\u0345b !\u0345?")], ["a", "b", "!", "?"]);
});
