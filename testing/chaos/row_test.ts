import assert from "node:assert/strict";
import { breach, formatRows, NOTHING } from "./row.ts";

Deno.test("formatRows() aligns figures, and tells breaches and notes below their row", () => {
  const rows = [
    {
      ...NOTHING,
      scenario: "calm",
      goodputPerSecond: 1234.5,
      p50Ms: 2.345,
      p99Ms: 45.6,
      rssMib: { before: 100, max: 120.6, after: 110 },
      codes: { "429 overloaded": 1, "200": 9 },
    },
    { ...NOTHING, scenario: "storm", lost: 3, breaches: ["lost 3"], notes: ["a note"] },
  ];
  assert.deepEqual(formatRows(rows).split("\n").map((line) => line.replaceAll(/ {2,}/g, "|")), [
    "scenario|good/s|p50 ms|p99 ms|RSS MiB before/max/after|lost|wrong|codes|verdict",
    "calm|1235|2.3|46|100/121/110|0|0|200: 9, 429 overloaded: 1|ok",
    "storm|-|-|-|-/-/-|3|0|BREACH",
    "|breach: lost 3",
    "|a note",
  ]);
});

Deno.test("breach() is nothing where the rule holds", () => {
  assert.deepEqual([breach(true, "a"), breach(false, "a")], [[], ["a"]]);
});
