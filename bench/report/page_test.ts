import assert from "node:assert/strict";
import { reportPage } from "./page.ts";
import { sampleCell, sampleComparison, sampleResult } from "./sample_result.ts";

Deno.test("reportPage() is one file that loads nothing, and says the numbers", () => {
  const page = reportPage(sampleComparison());
  assert.doesNotMatch(page, /(?:src|href)=|@import|url\(/);
  assert.match(page, /6\.25 ×/);
  assert.match(page, /58\.5 ×/);
  assert.match(page, /It reproduces no packet loss, no slow start/);
});

Deno.test("reportPage() says when a run was stopped or requests failed", () => {
  const failing = sampleResult([sampleCell("gateway-raw", 32, { errors: { "<refused>": 2 } })]);
  const page = reportPage({ ...failing, isComplete: false });
  assert.match(page, /stopped before its end/);
  assert.match(page, /&lt;refused>/);
});
