import assert from "node:assert/strict";
import { readmeBenchTable } from "./readme_table.ts";
import { sampleComparison } from "./sample_result.ts";

Deno.test("readmeBenchTable() has a row a way and says what it was measured with", () => {
  const lines = readmeBenchTable(sampleComparison()).split("\n");
  assert.deepEqual(lines.slice(2, 4).map((line) => line.split("|").map((cell) => cell.trim())), [
    ["", "tensor → Triton", "602 kB", "200 ms", "5", "2 ms", ""],
    ["", "JPEG → gateway", "10.3 kB", "32 ms", "31.3", "2 ms", ""],
  ]);
  assert.equal(new Set(lines.slice(0, 4).map(({ length }) => length)).size, 1);
  assert.match(
    lines.slice(5).join(" "),
    /`wan` \(25 ms round trip, 30 Mbit\/s\).*at abcdef0, 2026-01-02/,
  );
  assert.ok(lines.slice(5).every(({ length }) => length <= 100));
});
