import assert from "node:assert/strict";
import fc from "../../testing/fast_check.ts";
import { Http2Error } from "./error_code.ts";
import { decodeHeaders, encodeHeaders, NO_TABLE } from "./header_block.ts";

const REQUEST = [
  [":method", "POST"],
  [":scheme", "http"],
  [":path", "/inference.GRPCInferenceService/ModelInfer"],
  ["content-type", "application/grpc+proto"],
  ["te", "trailers"],
] as const;

function refuses(block: ArrayLike<number>, code: number): void {
  assert.throws(
    () => decodeHeaders(Uint8Array.from(block)),
    (error) => error instanceof Http2Error && error.code === code,
    `${Array.from(block)}`,
  );
}

Deno.test("encodeHeaders() packs what decodeHeaders() unpacks", () => {
  const long = "x".repeat(127 + 128 * 128);
  const fields = [...REQUEST, ["a", ""], ["b", long], ["grpc-timeout", "250m"]] as const;
  assert.deepEqual([...decodeHeaders(encodeHeaders(fields))], fields);
  // Numbers of the static table stand for whole fields, and for names.
  assert.deepEqual([...encodeHeaders(REQUEST.slice(0, 2))], [0x83, 0x86]);
  assert.deepEqual([...encodeHeaders([[":path", "/a"]])], [0x04, 2, 0x2f, 0x61]);
  assert.deepEqual([...encodeHeaders([["content-type", "a"]])], [0x0f, 0x10, 1, 0x61]);
});

Deno.test("decodeHeaders() reads packs that lie behind each other, and that no table is kept", () => {
  const [first, ...rest] = REQUEST;
  const block = [...NO_TABLE, ...encodeHeaders([first]), ...encodeHeaders(rest)];
  assert.deepEqual([...decodeHeaders(Uint8Array.from(block))], REQUEST);
});

Deno.test("decodeHeaders() reads the responses of RFC 7541, C.6, without the table they would fill", () => {
  const block = "488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff" +
    "6e919d29ad171863c78f0b97c8e9ae82ae43d3";
  assert.deepEqual([...decodeHeaders(Uint8Array.fromHex(block))], [
    [":status", "302"],
    ["cache-control", "private"],
    ["date", "Mon, 21 Oct 2013 20:13:21 GMT"],
    ["location", "https://www.example.com"],
  ]);
});

Deno.test("decodeHeaders() reads literals of all three kinds, and joins values of one name", () => {
  const literal = [1, 0x61, 1, 0x62];
  for (const pattern of [0x00, 0x10, 0x40]) {
    const block = Uint8Array.of(pattern, ...literal, pattern, ...literal);
    assert.deepEqual([...decodeHeaders(block)], [["a", "b, b"]]);
  }
});

Deno.test("decodeHeaders() refuses what needs a table, and what is cut or boundless", () => {
  // Field 62 and name 63, the first ones of a table; field 0; a table of 30 bytes.
  for (const block of [[0xbe], [0x7f, 0x00, 1, 0x61], [0x80], [0x3e]]) refuses(block, 9);
  for (const block of [[0x00], [0x00, 2, 0x61], [0x00, 1, 0x61], [0x0f], [0xff]]) refuses(block, 9);
  refuses([0x00, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f], 9);
  const [indexed = 0] = encodeHeaders([[":method", "POST"]]);
  assert.deepEqual([...decodeHeaders(new Uint8Array(3).fill(indexed))], [
    [":method", "POST, POST, POST"],
  ]);
  // A byte each; 43 bytes unpacked, of which 65,536 are allowed.
  assert.equal(decodeHeaders(new Uint8Array(1524).fill(indexed)).size, 1);
  refuses(new Uint8Array(1525).fill(indexed), 11);
});

Deno.test("decodeHeaders() makes of any bytes fields or an Http2Error", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (block) => {
      try {
        for (const [name, value] of decodeHeaders(block)) {
          assert.equal(typeof name + typeof value, "stringstring");
        }
      } catch (error) {
        assert(error instanceof Http2Error, `${error}`);
      }
    }),
    { numRuns: 2000 },
  );
});
