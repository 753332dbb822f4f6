import assert from "node:assert/strict";
import { BEARER } from "./key_header.ts";

for (
  const [authorization, key] of [
    [undefined, ""],
    ["", ""],
    ["Bearer ", ""],
    ["Bearer abc", "abc"],
    ["bearer abc def", "abc def"],
    ["Basic abc", ""],
    ["Basic Bearer abc", ""],
    ["abc", ""],
  ] as const
) {
  Deno.test(`BEARER.read() finds ${key === "" ? "no key" : key} in ${authorization}`, () => {
    const headers = new Headers(authorization === undefined ? {} : { authorization });
    assert.equal(BEARER.read(headers), key);
  });
}
