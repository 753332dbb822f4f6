import assert from "node:assert/strict";
import { ErrorCode, errorName, Http2Error } from "./error_code.ts";

Deno.test("errorName() names codes, and gives the number of one without a name", () => {
  assert.equal(errorName(ErrorCode.REFUSED_STREAM), "REFUSED_STREAM");
  assert.equal(errorName(0), "NO_ERROR");
  assert.equal(errorName(99), "99");
});

Deno.test("Http2Error says what was wrong, and what the peer is told", () => {
  const error = new Http2Error(ErrorCode.FRAME_SIZE_ERROR, "a ping of 7 bytes");
  assert.equal(error.message, "a ping of 7 bytes (FRAME_SIZE_ERROR)");
  assert.equal(error.code, 6);
});
