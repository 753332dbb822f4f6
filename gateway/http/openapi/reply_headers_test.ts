import assert from "node:assert/strict";
import { headerComponents, replyHeaders } from "./reply_headers.ts";

Deno.test("replyHeaders() has those that say something of the status", () => {
  const names = (status: number, hasEmbeddings = false) =>
    Object.keys(replyHeaders(status, hasEmbeddings));
  assert.ok(names(401).includes("www-authenticate"));
  assert.ok(names(503).includes("retry-after-ms"));
  for (const name of ["x-preprocess-id", "x-model-digest"]) {
    assert.ok(names(200, true).includes(name));
    assert.ok(!names(200).includes(name));
    assert.ok(!names(400, true).includes(name));
  }
});

Deno.test("headerComponents() has everything that replies refer to", () => {
  for (const header of Object.keys(replyHeaders(200, true))) {
    assert.ok(header in headerComponents(), header);
  }
});
