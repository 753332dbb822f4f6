import assert from "node:assert/strict";
import { parseSource } from "../syntax.ts";
import { checkName, checkSiblingTest, hasRuntimeCode } from "./names.ts";
import { STYLE_POLICY } from "./policy.ts";

const parsed = (path: string, text = "export const a = () => 1;\n") => ({
  path,
  text,
  syntax: parseSource({ path, text }),
});

Deno.test("checkName() reports names that say nothing, of files, tests and folders", () => {
  for (
    const path of ["triton/utils.ts", "a/index_test.ts", "gateway/common/a.ts"]
  ) {
    const problems = checkName(parsed(path), STYLE_POLICY);
    assert.equal(problems.length, 1, path);
  }
  for (const path of ["triton/tensor.ts", "a/reindex.ts", "a/index_table.ts"]) {
    assert.deepEqual(checkName(parsed(path), STYLE_POLICY), [], path);
  }
});

Deno.test("checkSiblingTest() wants a test beside production code", () => {
  const check = (path: string, paths: string[]) =>
    checkSiblingTest(parsed(path), new Set(paths), STYLE_POLICY)
      .map((problem) => problem.text);
  assert.deepEqual(check("triton/a.ts", []), [
    "has no test: write triton/a_test.ts",
  ]);
  assert.deepEqual(check("triton/a.ts", ["triton/a_test.ts"]), []);
  assert.deepEqual(check("triton/a.ts", ["triton/a_triton_test.ts"]), []);
  assert.deepEqual(check("triton/a_test.ts", []), []);
  assert.deepEqual(check("tools/a.ts", []), []);
});

Deno.test("checkSiblingTest() exempts entry points, workers, generated files and types", () => {
  const exempt = [
    parsed("gateway/main.ts"),
    parsed("gateway/image/worker.ts"),
    parsed("gateway/engine/ort_worker.ts"),
    parsed("proto/gen/a_pb.ts"),
    parsed("triton/types.ts", "export interface A {}\n"),
  ];
  for (const file of exempt) {
    assert.deepEqual(
      checkSiblingTest(file, new Set(), STYLE_POLICY),
      [],
      file.path,
    );
  }
});

Deno.test("hasRuntimeCode() is false for types, imports, re-exports and literals", () => {
  const types = 'import { a } from "./a.ts";\nexport * from "./b.ts";\n' +
    "export interface A {}\ntype B = A;\ndeclare const c: number;\nexport const D = 1;\n";
  assert.ok(!hasRuntimeCode(parsed("a.ts", types).syntax));
  assert.ok(hasRuntimeCode(parsed("a.ts", "enum A { B }").syntax));
  assert.ok(hasRuntimeCode(parsed("a.ts", "const a = 1 + b;").syntax));
});
