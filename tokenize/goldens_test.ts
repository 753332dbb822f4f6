import assert from "node:assert/strict";
import { readTokens, testVocabulary } from "../testing/tokens/read_tokens.ts";
import { Tokenizer } from "./tokenizer.ts";

const NEWER = "Unicode 15 and 16, which V8 knows and Python 3.11 (14) does not:";

/** Texts that come out otherwise, each with its reason: no more of them, and no fewer. */
const MISMATCHES: Readonly<Record<string, string>> = {
  "\u1c89": `${NEWER} a capital letter has a small one`,
  "\ua7cb": `${NEWER} a capital letter has a small one`,
  "\u{10d50}": `${NEWER} a capital letter has a small one`,
  "\u{105d2}\u0307": `${NEWER} a letter and a mark are one letter`,
  "a\u0897\u0334": `${NEWER} a mark has a place in the order of marks`,
};

testVocabulary(
  "Tokenizer.encode() gives open_clip's ids, but for texts that are named",
  (vocabulary) => {
    const { contextLength, entries } = readTokens();
    const tokenizer = new Tokenizer(vocabulary, { contextLength });
    const different = entries.filter(({ text, ids }) => {
      const padded = [...ids, ...Array<number>(contextLength - ids.length).fill(0)];
      return tokenizer.encode(text).ids.join() !== padded.join();
    }).map(({ text }) => text);
    assert.equal(entries.length, 3000);
    assert.deepEqual(different.sort(), Object.keys(MISMATCHES).sort());
    assert.ok(entries.filter(({ ids }) => ids.length === contextLength).length > 100);
  },
);

testVocabulary(
  "a Tokenizer that remembers words gives the ids of one that does not",
  (vocabulary) => {
    const { contextLength, entries } = readTokens();
    const old = new Tokenizer(vocabulary, { contextLength });
    // More words than are remembered, so that they are forgotten on the way.
    for (let number = 0; number < 10_000; number++) old.encode(`word ${number.toString(36)}x`);
    for (const { text } of entries.slice(-100)) {
      assert.deepEqual(old.encode(text), new Tokenizer(vocabulary, { contextLength }).encode(text));
      assert.deepEqual(old.encode(text), old.encode(text));
    }
  },
);

testVocabulary("what stands far behind in a word leaves its first ids alone", (vocabulary) => {
  const short = new Tokenizer(vocabulary, { contextLength: 77 });
  const long = new Tokenizer(vocabulary, { contextLength: 7777 });
  for (const unit of ["abcdefgh", "a", "photograph", "沙发上的猫", "😂", "&!", "thethe"]) {
    const word = unit.repeat(60_000 / unit.length);
    assert.deepEqual(short.encode(word).ids.subarray(0, 76), long.encode(word).ids.subarray(0, 76));
  }
});
