import assert from "node:assert/strict";
import { preferredType } from "./accept.ts";

const JSON_TYPE = "application/json";
const BINARY = "application/octet-stream";
const prefer = (accept: string | null) => preferredType(accept, [JSON_TYPE, BINARY]);

for (
  const accept of [
    null,
    "",
    "*/*",
    "application/*",
    JSON_TYPE,
    "APPLICATION/JSON",
    "application/json, text/plain, */*",
    "application/octet-stream;q=0",
    "application/octet-stream;q=0.000",
    "application/octet-stream ; Q=0",
    "application/octet-stream; q = 0, */*;q=0",
    "*/*, application/octet-stream;q=0.1",
    "*/*, application/octet-stream;q=0",
    "application/json;q=0.9, application/octet-stream;q=0.5",
    "application/json, application/octet-stream",
    "application/*;q=0.5, application/octet-stream;q=0.2",
    "text/html",
    "text/html,application/xhtml+xml,*/*;q=0.8",
    'text/plain;x="a,application/octet-stream"',
    "application/octet-streams",
    "*",
    "junk",
    ";q=1",
    "application/json;q=0",
    "*/*;q=0",
  ]
) {
  Deno.test(`preferredType() is JSON for Accept: ${accept}`, () => {
    assert.equal(prefer(accept), JSON_TYPE);
  });
}

for (
  const accept of [
    BINARY,
    "Application/Octet-Stream",
    "application/octet-stream;v=1",
    "application/octet-stream;q=0.001",
    'text/plain;x="a\\",b", application/octet-stream',
    "text/html, application/octet-stream",
    "application/octet-stream, application/json",
    "application/octet-stream, */*",
    "application/octet-stream, */*;q=0.8",
    "application/*;q=0.2, application/octet-stream",
    "application/json;q=0.5, application/octet-stream;q=0.9",
    "application/json;q=0, */*",
    "application/json;q=0, application/*;q=0.1",
  ]
) {
  Deno.test(`preferredType() is float32 for Accept: ${accept}`, () => {
    assert.equal(prefer(accept), BINARY);
  });
}
