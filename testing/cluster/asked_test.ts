import assert from "node:assert/strict";
import { type Asked, losses, outageMs } from "./asked.ts";

const asked = (...statuses: number[]) =>
  statuses.map((status, index): Asked => ({
    dueMs: 1000 + index * 100,
    repliedMs: 0,
    status,
    digest: null,
    space: null,
    heads: [],
    error: status === 200 ? null : "why",
  }));

Deno.test("losses() counts what was not answered with 200", () => {
  assert.deepEqual(losses(asked(200, 503, 0, 503)), { "503 why": 2, "0 why": 1 });
});

Deno.test("outageMs() is from the first failure to the first success behind the last", () => {
  assert.equal(outageMs(asked(200, 200)), 0);
  assert.equal(outageMs(asked(200, 503, 200, 0, 200)), 300);
  assert.equal(outageMs(asked(200, 503)), Infinity);
});
