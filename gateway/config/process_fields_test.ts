import assert from "node:assert/strict";
import { PROCESS_FIELDS } from "./process_fields.ts";

Deno.test("PROCESS_FIELDS let hosts in, and no URL", () => {
  for (const host of ["0.0.0.0", "::", "localhost", "gateway-1.example.org"]) {
    assert.equal(PROCESS_FIELDS.host.parse(host), host);
  }
  for (const host of ["", "http://localhost", "a b", "a\n"]) {
    assert.throws(() => PROCESS_FIELDS.host.parse(host), RangeError, host);
  }
});

Deno.test("PROCESS_FIELDS bind to loopback and need no key by default", () => {
  assert.equal(PROCESS_FIELDS.host.default, "127.0.0.1");
  assert.deepEqual(PROCESS_FIELDS.apiKeys.parse(PROCESS_FIELDS.apiKeys.default), []);
});
