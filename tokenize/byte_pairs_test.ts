import assert from "node:assert/strict";
import fc from "../testing/fast_check.ts";
import { TINY_MERGES } from "../testing/tokens/tiny_vocabulary.ts";
import { encodeBytePairs } from "./byte_pairs.ts";
import { parseVocabulary, type Vocabulary } from "./vocabulary.ts";

const TINY = parseVocabulary(TINY_MERGES);

function encode(word: string, vocabulary = TINY): number[] {
  return encodeBytePairs(new TextEncoder().encode(word), vocabulary);
}

/** As open_clip does it: the lowest pair that is left, everywhere, from left to right, again and again. */
function encodeByRounds(word: Uint8Array, { bytes, endBytes, merged }: Vocabulary): number[] {
  let ids = [...word].map((byte, place) => (place < word.length - 1 ? bytes : endBytes)[byte] ?? 0);
  while (true) {
    const known = ids.flatMap((id, place) => {
      const right = ids[place + 1];
      const result = right === undefined ? undefined : merged.get(id, right);
      return result === undefined ? [] : [result];
    });
    if (known.length === 0) return ids;
    const lowest = Math.min(...known);
    const next: number[] = [];
    for (let place = 0; place < ids.length; place++) {
      const right = ids[place + 1];
      const isMerge = right !== undefined && merged.get(ids[place] ?? 0, right) === lowest;
      next.push(isMerge ? lowest : ids[place] ?? 0);
      if (isMerge) place++;
    }
    ids = next;
  }
}

/** Vocabularies of three letters: each merge is of two symbols that are there before it. */
const vocabularies = fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1, maxLength: 40 })
  .map((choices) => {
    const symbols = ["a", "b", "c", "a</w>", "b</w>"];
    const lines: string[] = [];
    for (const [first, second] of choices) {
      const inner = symbols.filter((symbol) => !symbol.endsWith("</w>"));
      const left = inner[first % inner.length] ?? "a";
      const right = symbols[second % symbols.length] ?? "a";
      if (symbols.includes(left + right)) continue;
      lines.push(`${left} ${right}`);
      symbols.push(left + right);
    }
    return parseVocabulary(["#version: 0.2", ...lines].join("\n"));
  });

Deno.test("encodeBytePairs() merges the lowest pair first, and the leftmost of equals", () => {
  // "bc" stands before "ab", and "aa" takes the first two of three.
  assert.deepEqual(encode("abcx"), [513, ...encode("x")]);
  assert.deepEqual(encode("abx"), [514, ...encode("x")]);
  const [a = 0] = encode("ax");
  assert.deepEqual(encode("aaax"), [520, a, ...encode("x")]);
  assert.deepEqual(encode("aaaaaaaax"), [521, 521, ...encode("x")]);
});

Deno.test("encodeBytePairs() tells the end of a word from its inside", () => {
  assert.deepEqual(encode("the"), [516]);
  assert.deepEqual(encode("thex").length, 3);
  assert.deepEqual(encode("cat"), [518]);
  assert.deepEqual(encode("abc").length, 2);
});

Deno.test("encodeBytePairs() merges bytes of UTF-8, and takes a word of one byte and of none", () => {
  assert.deepEqual(encode("é"), [519]);
  assert.deepEqual(encode("x"), [(TINY.bytes[0x78] ?? 0) + 256]);
  assert.deepEqual(encode(""), []);
});

Deno.test("encodeBytePairs() gives what open_clip's rounds give", () => {
  const words = fc.array(fc.constantFrom(97, 98, 99), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(vocabularies, words, (vocabulary, word) => {
      const bytes = Uint8Array.from(word);
      assert.deepEqual(encodeBytePairs(bytes, vocabulary), encodeByRounds(bytes, vocabulary));
    }),
    { numRuns: 2000 },
  );
});
