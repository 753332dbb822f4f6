import assert from "node:assert/strict";
import fc from "../testing/fast_check.ts";
import { TINY_END, TINY_MERGES, TINY_START } from "../testing/tokens/tiny_vocabulary.ts";
import { Tokenizer } from "./tokenizer.ts";
import { parseVocabulary } from "./vocabulary.ts";

const VOCABULARY = parseVocabulary(TINY_MERGES);
const CAT = 518;
const THE = 516;

function encode(text: string, contextLength = 6) {
  const { ids, ...rest } = new Tokenizer(VOCABULARY, { contextLength }).encode(text);
  return { ids: [...ids], ...rest };
}

Deno.test("Tokenizer.encode() puts words between the marks, and zeros behind them", () => {
  assert.deepEqual(encode("the cat"), {
    ids: [TINY_START, THE, CAT, TINY_END, 0, 0],
    count: 4,
    isTruncated: false,
  });
});

Deno.test("Tokenizer.encode() gives the two marks for texts without a word", () => {
  for (const text of ["", " ", "\n\t\r\n", "\u3000", "\ufeff", "&nbsp;", "\0\x1b[31m", "\u0345"]) {
    assert.deepEqual(encode(text).ids, [TINY_START, TINY_END, 0, 0, 0, 0], JSON.stringify(text));
  }
});

Deno.test("Tokenizer.encode() keeps the mark of the end where words find no place", () => {
  const full = [TINY_START, CAT, CAT, CAT, CAT, TINY_END];
  const whole = { ids: full, count: 6, isTruncated: false };
  const cut = { ids: full, count: 6, isTruncated: true };
  assert.deepEqual(encode("cat cat cat cat"), whole);
  assert.deepEqual(encode("cat cat cat cat\n \n"), whole);
  assert.deepEqual(encode("cat cat cat cat the"), cut);
  assert.deepEqual(encode("cat cat cat cat\n\n\nthe"), cut);
  assert.deepEqual(encode("cat", 2), { ...cut, ids: [TINY_START, TINY_END], count: 2 });
});

Deno.test("Tokenizer.encode() cuts a word of several ids where the context ends", () => {
  const { ids, isTruncated } = encode("cat xyzxyz");
  assert.deepEqual([ids[0], ids[1], ids[5]], [TINY_START, CAT, TINY_END]);
  assert.ok(isTruncated);
});

Deno.test("Tokenizer.encode() cleans: case, references, width, quotes, mojibake", () => {
  for (
    const text of ["CAT", "&#99;at", "ｃａｔ", "&amp;#x63;at", "c\u200cat".replace("\u200c", "\0")]
  ) {
    assert.deepEqual(encode(text).ids, encode("cat").ids, text);
  }
  assert.deepEqual(encode("“’s”").ids, encode('"\'s"').ids);
  assert.deepEqual(encode("Ã©").ids, [TINY_START, 519, TINY_END, 0, 0, 0]);
});

Deno.test("Tokenizer.encode() takes written marks for marks, in any case", () => {
  assert.deepEqual(encode("a<END_OF_TEXT> cat").ids.slice(2, 4), [TINY_END, CAT]);
  assert.deepEqual(encode("<start_of_text>").ids.slice(0, 3), [TINY_START, TINY_START, TINY_END]);
});

Deno.test("Tokenizer.encode() takes lone surrogates for U+FFFD", () => {
  for (const text of ["a\ud800b", "a\udc00b"]) {
    assert.deepEqual(encode(text, 77), encode("a\ufffdb", 77));
  }
});

Deno.test("Tokenizer.encode() takes any text, and gives ids of the context's form", () => {
  const tokenizer = new Tokenizer(VOCABULARY, { contextLength: 9 });
  const texts = fc.oneof(
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)) }),
    fc.string({ unit: fc.constantFrom(..."ÃÂ©â€™œ˜ðŸ &#;amplt<\x1b[\n\u00a0\u0301") }),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const { ids, isTruncated } = tokenizer.encode(text);
      const end = ids.lastIndexOf(TINY_END);
      assert.equal(ids.length, 9);
      assert.equal(ids[0], TINY_START);
      assert.ok(ids.every((id) => id >= 0 && id <= TINY_END));
      assert.ok(end > 0 && ids.subarray(end + 1).every((id) => id === 0));
      if (isTruncated) assert.equal(end, 8);
      assert.deepEqual(tokenizer.encode(text).ids, ids);
      // The caller's own: what is written there is nobody else's.
      ids.fill(7);
      assert.equal(tokenizer.encode(text).ids[0], TINY_START);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("Tokenizer refuses a context without room for the marks", () => {
  for (const contextLength of [1, 0, -1, 2.5, NaN]) {
    assert.throws(() => new Tokenizer(VOCABULARY, { contextLength }), {
      name: "RangeError",
      message: /an integer of at least 2/,
    });
  }
});
