import assert from "node:assert/strict";
import { BEARER, BEARER_OR_PASSWORD, bearerOrQuery } from "./key_header.ts";

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

for (
  const [authorization, key] of [
    ["Bearer abc", "abc"],
    [`Basic ${btoa(":abc")}`, "abc"],
    [`basic ${btoa("gateway:a:b=c")}`, "a:b=c"],
    [`Basic ${btoa("abc:")}`, ""],
    ["Basic a", ""],
    ["Basic =", ""],
    [`Basic ${btoa(`:${"a".repeat(1024)}`)}`, ""],
    ["", ""],
  ] as const
) {
  Deno.test(`BEARER_OR_PASSWORD.read() finds ${key === "" ? "no key" : key} in ${authorization.slice(0, 40)}`, () => {
    assert.equal(BEARER_OR_PASSWORD.read(new Headers({ authorization })), key);
  });
}

for (
  const [authorization, query, key] of [
    ["", "", ""],
    ["", "?api_key=abc", "abc"],
    ["", "?api_key=a%2Bb+c&x=1", "a+b c"],
    ["", "?api_key=", ""],
    ["", "?key=abc", ""],
    ["Bearer first", "?api_key=abc", "first"],
    ["Basic first", "?api_key=abc", "abc"],
  ] as const
) {
  Deno.test(`bearerOrQuery() reads ${query} beside ${authorization} as ${key}`, () => {
    const header = bearerOrQuery("api_key");
    assert.equal(header.read(new Headers({ authorization }), `http://a/b${query}`), key);
  });
}
