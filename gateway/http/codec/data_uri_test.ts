import assert from "node:assert/strict";
import fc from "../../../testing/fast_check.ts";
import { isDataUri, parseDataUri, percentDecode } from "./data_uri.ts";

Deno.test("isDataUri() knows the scheme in any case, behind white space", () => {
  for (const text of ["data:", "DATA:,", "\n Data:x"]) assert.equal(isDataUri(text), true, text);
  for (const text of ["", "date:", "xdata:", "data"]) assert.equal(isDataUri(text), false, text);
});

for (
  const [uri, type, isBase64, data] of [
    ["data:image/jpeg;base64,AQ==", "image/jpeg", true, "AQ=="],
    ["data:,a,b", "", false, "a,b"],
    ["DATA:Image/PNG ;BASE64 ,A#f#g", "image/png", true, "A"],
    ['data:image/jpeg;name="a,b;base64";x=1,AQ', "image/jpeg", false, "AQ"],
    ['data:image/jpeg;name="a,b";base64,AQ', "image/jpeg", true, "AQ"],
    ["data:image/jpeg;base64=1,AQ", "image/jpeg", false, "AQ"],
    ["data:image/jpeg;base64;name=a,AQ", "image/jpeg", true, "AQ"],
    ['data:image/jpeg;name=5";base64,A,"', "image/jpeg", true, 'A,"'],
    ["data:base64,AQ", "base64", false, "AQ"],
  ] as const
) {
  Deno.test(`parseDataUri() takes ${uri} apart`, () => {
    assert.deepEqual(parseDataUri(uri), { type, isBase64, data });
  });
}

Deno.test("parseDataUri() gives nothing for a head without an end, however long and of whatever quotes", () => {
  for (const rest of ["", "image/jpeg;base64", '"'.repeat(100_001), '"\\'.repeat(100_000)]) {
    assert.equal(parseDataUri(`data:${rest}`), undefined);
  }
});

Deno.test("percentDecode() is what decodeURIComponent() is, where that can be", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => {
    assert.equal(
      new TextDecoder("utf-8", { ignoreBOM: true }).decode(percentDecode(encodeURIComponent(text))),
      text,
    );
  }));
  assert.deepEqual([...percentDecode("%fF%00%4")], [0xff, 0, 0x25, 0x34]);
});
