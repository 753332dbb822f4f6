import assert from "node:assert/strict";
import { replaceCharacters } from "./characters.ts";

Deno.test("replaceCharacters() replaces what ftfy replaces", () => {
  const cases = {
    "‘a’ ‚b‛ “c” „d‟ ʼn": "'a' 'b' \"c\" \"d\" 'n",
    "ﬁ ﬂ ﬃ ﬅ ﬆ ŉ Ǳ ǲ ǳ Ǆ ǌ Ĳ æ œ ß": "fi fl ffi ſt st 'n DZ Dz dz DŽ nj IJ æ œ ß",
    "ＡＢＣ！\u3000ﾊﾝ￥ﾡ": "ABC! ハン¥ᄀ".replace("¥", "¥"),
    "a\r\nb\rc\u2028d\u2029e\x85f": "a\nb\nc\nd\ne…f",
    "\x93q\x94 \x80 \x81": '"q" € \x81',
    "\x1b[31mred\x1b[0m \x1b[1;2x\x1b[;": "red [;",
    "\x1b［１m": "",
    "\0a\x0b\x1f\x7f\u206a\ufeff\ufffcb\t\f\u200d": "ab\t\f\u200d",
    "\ud83d\ude00 \ud83d \ude00": "😀 \ufffd \ufffd",
  };
  for (const [text, expected] of Object.entries(cases)) {
    assert.equal(replaceCharacters(text), expected, JSON.stringify(text));
  }
});
