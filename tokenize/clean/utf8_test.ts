import assert from "node:assert/strict";
import fc from "../../testing/fast_check.ts";
import { decodeUtf8 } from "./utf8.ts";

/** As the function takes them: a character a byte. */
function byteString(bytes: Iterable<number>): string {
  return String.fromCharCode(...bytes);
}

Deno.test("decodeUtf8() reads what a TextEncoder writes", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    assert.equal(decodeUtf8(byteString(new TextEncoder().encode(text))), text);
  }));
});

Deno.test("decodeUtf8() reads pairs of encoded surrogates, and NUL in two bytes", () => {
  assert.equal(decodeUtf8("a\xed\xa0\xbd\xed\xb8\x80\xc3\xa9"), "a😀é");
  assert.equal(decodeUtf8("\xc0\x80x\xed\x95\x9c"), "\0x한");
  // ftfy's `$` also stands before a text's last line end.
  assert.equal(decodeUtf8("x\xc0\n"), "x\0");
  assert.equal(decodeUtf8("\xed\xa0\x80\xed\xbc\n"), "\u{1030a}");
});

Deno.test("decodeUtf8() refuses what is no UTF-8", () => {
  const cases = [
    "\xff",
    "\xc3",
    "\xc3(",
    "\xc0\xaf",
    "\xc0\nx",
    "\xed\xa0\x80",
    "\xed\xa0\x80\xed",
    "\xf5\x80\x80\x80",
  ]
    // A variant does not end a sequence before it.
    .concat(["\xe2\x82\xc0\x80"]);
  for (const bytes of cases) assert.equal(decodeUtf8(bytes), undefined, JSON.stringify(bytes));
});

Deno.test("decodeUtf8() takes for UTF-8 what a decoder does", () => {
  // The ends of what may stand first, second and behind.
  const bytes = [
    ...[0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec],
    ...[0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff],
  ];
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  for (let seed = 0; seed < bytes.length ** 4; seed++) {
    const sequence = [3, 2, 1, 0].map((power) =>
      bytes[Math.floor(seed / bytes.length ** power) % bytes.length] ?? 0
    );
    const text = decodeUtf8(byteString(sequence));
    if (text !== undefined) {
      assert.equal(text, decoder.decode(Uint8Array.from(sequence)));
    } else if (seed % 7 === 0) {
      // Each costs an error.
      assert.throws(() => decoder.decode(Uint8Array.from(sequence)), TypeError);
    }
  }
});
