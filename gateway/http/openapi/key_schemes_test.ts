import assert from "node:assert/strict";
import { BEARER } from "../codec/key_header.ts";
import { keyScheme } from "./key_schemes.ts";

Deno.test("keyScheme() tells bearer tokens from headers of other names", () => {
  const { name, scheme } = keyScheme(BEARER);
  assert.deepEqual([name, scheme.type, scheme.scheme], ["bearer", "http", "bearer"]);
  const other = keyScheme({ hint: "X-Goog-Api-Key: KEY" });
  assert.deepEqual([other.name, other.scheme.type, other.scheme.in, other.scheme.name], [
    "x-goog-api-key",
    "apiKey",
    "header",
    "x-goog-api-key",
  ]);
});
