import assert from "node:assert/strict";
import { checkStyle } from "./check_style.ts";
import { formatProblem } from "./problem.ts";
import { type Allowance, STYLE_POLICY } from "./style/policy.ts";

function check(
  tree: Record<string, string>,
  allowances: Allowance[] = [],
): string[] {
  const files = Object.entries(tree).map(([path, text]) => ({ path, text }));
  return checkStyle(files, { ...STYLE_POLICY, allowances }).map(formatProblem);
}

Deno.test("checkStyle() finds nothing in a tidy pair of files", () => {
  const tidy = "/** The answer. */\nexport const answer = 42;\n";
  assert.deepEqual(
    check({ "triton/answer.ts": tidy, "triton/answer_test.ts": "" }),
    [],
  );
});

Deno.test("checkStyle() applies every rule, sorted by place", () => {
  const problems = check({
    "triton/utils.ts": [
      "export function f(a, b, c, d) {",
      "  a;\n".repeat(70),
      "}",
      "// TODO: more",
      "// f();",
      "/** @param {number} a */",
      "a;\n".repeat(230),
    ].join("\n"),
    "triton/b_test.ts": "setTimeout(a, 5);\nserve({ port: 80 });\n",
  });
  assert.deepEqual(problems.map((text) => text.replace(/: .*/, "")), [
    "triton/b_test.ts:1",
    "triton/b_test.ts:2",
    "triton/utils.ts:1",
    "triton/utils.ts:1",
    "triton/utils.ts:1",
    "triton/utils.ts:1",
    "triton/utils.ts:1",
    "triton/utils.ts:1",
    "triton/utils.ts:74",
    "triton/utils.ts:75",
    "triton/utils.ts:76",
  ]);
});

Deno.test("checkStyle() leaves generated files alone", () => {
  assert.deepEqual(check({ "proto/gen/index.ts": "// TODO\n" }), []);
});

Deno.test("checkStyle() lets an allowance through, for its rule and file only", () => {
  const allowance: Allowance = {
    rule: "todo",
    path: "tools/a.ts",
    reason: "is being mended",
  };
  assert.deepEqual(check({ "tools/a.ts": "// TODO\n" }, [allowance]), []);
  assert.equal(check({ "tools/b.ts": "// TODO\n" }, [allowance]).length, 2);
});

Deno.test("checkStyle() reports an allowance nobody needs", () => {
  assert.deepEqual(
    check({ "tools/a.ts": "" }, [
      { rule: "file-lines", path: "tools/a.ts", reason: "was long" },
    ]),
    [
      "tools/a.ts:1: allowance of file-lines is not needed: remove it from tools/style/policy.ts",
    ],
  );
});
