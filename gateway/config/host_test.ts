import assert from "node:assert/strict";
import { host, isHost } from "./host.ts";

for (
  const text of [
    "127.0.0.1",
    "localhost",
    "gpu_1.example.com",
    "photos.example.",
    "::",
    "::1",
    "fe80::a:1",
    "1:2:3:4:5:6:7:8",
    "::ffff:10.0.0.1",
    "a".repeat(63),
  ]
) {
  Deno.test(`isHost() takes ${text}`, () => assert.ok(isHost(text)));
}

for (
  const text of [
    "",
    " ",
    "a b",
    "a,b",
    "a..b",
    ".a",
    ".",
    "*",
    "a:80",
    "[::1]",
    ":::",
    "1::2::3",
    "::12345",
    "1:2:3",
    "1:2:3:4:5:6:7:8:9",
    "::1%lo",
    "999.1.1.1",
    "1.2.3.4.5",
    "http://a",
    "a".repeat(64),
    "a.".repeat(127),
  ]
) {
  Deno.test(`isHost() refuses ${JSON.stringify(text)}`, () => assert.ok(!isHost(text)));
}

Deno.test("host() says what it takes", () => {
  const field = host("GATEWAY_HOST", { default: "127.0.0.1", doc: "Where" });
  assert.equal(field.parse("::1"), "::1");
  assert.throws(
    () => field.parse("a..b"),
    new RangeError("must be an IP address or host name, without port or brackets"),
  );
});
