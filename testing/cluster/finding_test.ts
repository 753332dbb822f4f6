import assert from "node:assert/strict";
import { formatTable, inCounts, inSeconds } from "./finding.ts";

Deno.test("formatTable() has a line a finding, and says which failed", () => {
  const rows = [
    { check: "kind", what: "2 pods", measured: "2", holds: true },
    { check: "rollout", what: "0 lost", measured: "503: 3", holds: false },
  ];
  assert.equal(
    formatTable(rows),
    [
      "check    verdict  what has to hold  measured",
      "kind     ok       2 pods            2",
      "rollout  FAILED   0 lost            503: 3",
    ].join("\n"),
  );
});

Deno.test("inSeconds() and inCounts() say when there is nothing", () => {
  assert.deepEqual([inSeconds(1.25), inSeconds(Infinity)], ["1.3 s", "never"]);
  assert.deepEqual([inCounts({ "200": 9, "503": 1 }), inCounts({})], ["200: 9, 503: 1", "none"]);
});
