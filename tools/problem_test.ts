import assert from "node:assert/strict";
import { countNoun, formatProblem, sortProblems } from "./problem.ts";

Deno.test("formatProblem() gives path, line and text", () => {
  assert.equal(
    formatProblem({ path: "triton/a.ts", line: 7, text: "is wrong" }),
    "triton/a.ts:7: is wrong",
  );
});

Deno.test("sortProblems() orders by path, then line as a number", () => {
  const at = (path: string, line: number) => ({ path, line, text: "x" });
  const sorted = sortProblems([at("b.ts", 1), at("a.ts", 10), at("a.ts", 9)]);
  assert.deepEqual(sorted.map(formatProblem), [
    "a.ts:9: x",
    "a.ts:10: x",
    "b.ts:1: x",
  ]);
});

Deno.test("countNoun() adds the plural s", () => {
  assert.equal(countNoun(1, "file"), "1 file");
  assert.equal(countNoun(0, "file"), "0 files");
});
