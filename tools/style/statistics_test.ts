import assert from "node:assert/strict";
import { formatStatistics, measure } from "./statistics.ts";

const file = (path: string, lines: number) => ({
  path,
  text: "a;\n".repeat(lines),
});

const FILES = [
  file("gateway/a.ts", 10),
  file("triton/b.ts", 30),
  file("model/c.ts", 20),
  file("proto/gen/d.ts", 1000),
  file("tools/e.ts", 500),
  file("gateway/a_test.ts", 40),
];

Deno.test("measure() counts production code without tests and generated files", () => {
  const { files, lines, medianLines, testLines, largest } = measure(FILES);
  assert.deepEqual({ files, lines, medianLines, testLines }, {
    files: 3,
    lines: 60,
    medianLines: 20,
    testLines: 40,
  });
  assert.deepEqual(largest.map((found) => found.path), [
    "triton/b.ts",
    "model/c.ts",
    "gateway/a.ts",
  ]);
});

Deno.test("measure() takes an empty tree", () => {
  assert.equal(measure([]).medianLines, 0);
});

Deno.test("formatStatistics() names totals and the largest files", () => {
  const text = formatStatistics(measure(FILES.slice(0, 1)));
  assert.equal(
    text,
    "production: 10 lines in 1 files, median 10; tests: 0 lines\n    10 gateway/a.ts",
  );
});
