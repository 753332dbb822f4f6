import assert from "node:assert/strict";
import { Http2Error } from "./error_code.ts";
import { decodeHuffman } from "./huffman.ts";

/** Of RFC 7541, appendix C.4 and C.6. */
const EXAMPLES = [
  ["f1e3c2e5f23a6ba0ab90f4ff", "www.example.com"],
  ["a8eb10649cbf", "no-cache"],
  ["25a849e95ba97d7f", "custom-key"],
  ["25a849e95bb8e8b4bf", "custom-value"],
  ["6402", "302"],
  ["aec3771a4b", "private"],
  ["d07abe941054d444a8200595040b8166e082a62d1bff", "Mon, 21 Oct 2013 20:13:21 GMT"],
  ["9d29ad171863c78f0b97c8e9ae82ae43d3", "https://www.example.com"],
  [
    "94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007",
    "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1",
  ],
] as const;

/** The bytes from 0 to 255, by hpack 4.0.0 (`HuffmanEncoder`). */
const EVERY_BYTE = [
  "ffc7fffd8fffffe2fffffe3fffffe4fffffe5fffffe6fffffe7fffffe8ffffeafffffff3fffffa7fffffabffff",
  "ffdfffffebfffffecfffffedfffffeefffffefffffff0ffffff1ffffff2fffffffbfffffcffffffd3fffffd7ff",
  "fffdbfffffdffffffe3fffffe7fffffebfffffed4fe3f9ffaffcabf1febfafefe7fdfd2cbb00089969b71d79fb",
  "9f7fff20ffbff3ff50ddbd7f061c58f265cd9f469d5af66dddbf871e5f9cff7ff7fffc3ff9ffe45fff4719242c",
  "b34e6e9d68a6a3d7dac426defe3cfaf7fffbfe7ffbffdffffffcfffe6ffff4bfff9ffffa3fffd3ffff53fffd5f",
  "fffb3fffeb7fffdaffffb7ffff73fffeeffffdeffffebffffbfffffd9ffffdbfffebffffe0ffffeeffffc3ffff",
  "8bffff1ffffe4fffee7fffb1ffff97fffd9ffffcdffff9fffffbffffdafffeeffff4ffffb7fffee7fffe8ffffd",
  "3fffdeffffd5fffeeffffbdffffe1fffdfffff7fffff5ffffecffff07fff87fffe0ffff17fffedffff87ffff77",
  "fffeffffeaffff8bfffe3ffff93ffff87fffcbffff37ffff1fffff83ffffe1fffebfffe3ffff3fffff2ffffa3f",
  "fffd9fffff17ffffc7fffff27ffffdefffffbffffff2fffff8fffffb7fff97fff8fffffe6fffffc1fffff87fff",
  "fe7fffffc5ffffe5fffe4ffff2fffffd1fffff4ffffffefffffe3fffffc9fffff97fffb3ffffcffffb7fffcdff",
  "ff4ffff9ffffd1ffffcffffeaffffafffffddffffeffffff4fffff5fffffabffffa7ffffd7fffff9bffffecfff",
  "ffb7fffff3fffffe8fffffd3fffffabfffff5fffffff7ffffecfffffdbfffffbbfffff7ffffff0fffffbbf",
].join("");

for (const [code, text] of EXAMPLES) {
  Deno.test(`decodeHuffman() reads ${text}`, () => {
    assert.equal(decodeHuffman(Uint8Array.fromHex(code)), text);
  });
}

Deno.test("decodeHuffman() reads every byte, as hpack of Python writes them", () => {
  const all = String.fromCharCode(...Array.from({ length: 256 }, (_, byte) => byte));
  assert.equal(decodeHuffman(Uint8Array.fromHex(EVERY_BYTE)), all);
});

Deno.test("decodeHuffman() refuses padding that is none, and an end of string", () => {
  const refused = [
    [0xff],
    [0xff, 0xff, 0xff, 0xff],
    // "0", whose code is five zeros, and three bits that are not all ones.
    [0b00000_110],
  ];
  for (const code of refused) {
    assert.throws(
      () => decodeHuffman(Uint8Array.from(code)),
      (error) => error instanceof Http2Error && error.code === 9,
      `${code}`,
    );
  }
  assert.equal(decodeHuffman(Uint8Array.of(0b00000_111)), "0");
  assert.equal(decodeHuffman(new Uint8Array()), "");
});
