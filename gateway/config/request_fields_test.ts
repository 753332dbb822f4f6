import assert from "node:assert/strict";
import { REQUEST_FIELDS } from "./request_fields.ts";

Deno.test("REQUEST_FIELDS leave room for eight of the largest bodies by default", () => {
  const { bodyBytesMax, inflightBytesMax } = REQUEST_FIELDS;
  assert.equal(Number(inflightBytesMax.default) / Number(bodyBytesMax.default), 8);
});

Deno.test("REQUEST_FIELDS know no wait without an end", () => {
  const { requestTimeoutMs, bodyTimeoutMs, uploadTimeoutMs } = REQUEST_FIELDS;
  for (const field of [requestTimeoutMs, bodyTimeoutMs, uploadTimeoutMs]) {
    assert.throws(() => field.parse("0"), RangeError);
  }
});
