import assert from "node:assert/strict";
import { STATIC_FIELDS } from "./static_fields.ts";

Deno.test("STATIC_FIELDS are those of RFC 7541, appendix A", () => {
  assert.equal(STATIC_FIELDS.length, 61);
  const numbers = [1, 2, 3, 4, 6, 8, 14, 16, 31, 38, 54, 61];
  assert.deepEqual(numbers.map((number) => STATIC_FIELDS[number - 1]), [
    [":authority", ""],
    [":method", "GET"],
    [":method", "POST"],
    [":path", "/"],
    [":scheme", "http"],
    [":status", "200"],
    [":status", "500"],
    ["accept-encoding", "gzip, deflate"],
    ["content-type", ""],
    ["host", ""],
    ["server", ""],
    ["www-authenticate", ""],
  ]);
});
