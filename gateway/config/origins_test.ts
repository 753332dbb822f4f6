import assert from "node:assert/strict";
import { isOrigin, origins } from "./origins.ts";

for (
  const text of [
    "https://photos.example",
    "http://localhost:5173",
    "http://127.0.0.1:8080",
    "http://[::1]:3000",
    "https://xn--bcher-kva.example",
    "capacitor://localhost",
    "chrome-extension://abcdefghijklmnop",
  ]
) {
  Deno.test(`isOrigin() takes ${text}`, () => assert.equal(isOrigin(text), true));
}

for (
  const [what, text] of [
    ["every origin", "*"],
    ["the origin of files and sandboxed frames", "null"],
    ["a pattern", "https://*.example"],
    ["a path", "https://photos.example/app"],
    ["a slash at the end", "https://photos.example/"],
    ["no scheme", "photos.example"],
    ["upper case, which no browser sends", "https://Photos.example"],
    ["the port of the scheme, which no browser sends", "https://photos.example:443"],
    ["a user", "https://me@photos.example"],
    ["letters that browsers spell otherwise", "https://bücher.example"],
    ["a port that is none", "https://photos.example:70000"],
    ["a query", "https://photos.example?x"],
    ["a blank", "https://photos.example https://b.example"],
    ["nothing", ""],
    ["a scheme alone", "https://"],
    ["a length that no host has", `https://${"a.".repeat(200)}example`],
  ] as const
) {
  Deno.test(`isOrigin() refuses ${what}`, () => assert.equal(isOrigin(text), false));
}

Deno.test("origins() reads a list, none by default, and says what it wants", () => {
  const field = origins("GATEWAY_X", "A thing");
  assert.deepEqual(field.parse(field.default), []);
  assert.deepEqual(field.parse(" https://a.example, http://b.example:81"), [
    "https://a.example",
    "http://b.example:81",
  ]);
  const refused = ["*", "https://a.example,", "https://a.example,null"];
  for (const text of [...refused, Array(65).fill("https://a.example").join()]) {
    assert.throws(() => field.parse(text), /^RangeError: must be up to 64 origins/, text);
  }
});
