import assert from "node:assert/strict";
import { countLines } from "./files.ts";
import { runRule } from "./run_rule.ts";

Deno.test("countLines() counts no line after the last line break", () => {
  assert.equal(countLines(""), 0);
  assert.equal(countLines("a"), 1);
  assert.equal(countLines("a\nb\n"), 2);
});

Deno.test("banned-name reports names that say nothing, of files, tests and folders", () => {
  for (const path of ["triton/utils.ts", "a/index_test.ts", "gateway/common/a.ts"]) {
    assert.equal(runRule("banned-name", "a;\n", path).length, 1, path);
  }
  for (const path of ["triton/tensor.ts", "a/reindex.ts", "a/index_table.ts"]) {
    assert.deepEqual(runRule("banned-name", "a;\n", path), [], path);
  }
});

Deno.test("file-lines reports a file above the limit of its kind", () => {
  const check = (lines: number, path: string) => runRule("file-lines", "a;\n".repeat(lines), path);
  assert.deepEqual(check(300, "triton/a.ts"), []);
  assert.deepEqual(check(301, "triton/a.ts"), ["1 file has 301 lines: limit is 300"]);
  assert.deepEqual(check(500, "triton/a_test.ts"), []);
  assert.deepEqual(check(501, "triton/a_test.ts"), ["1 file has 501 lines: limit is 500"]);
  assert.deepEqual(check(301, "proto/gen/a_pb.ts"), []);
});

const CODE = "export const a = () => 1;\n";

Deno.test("missing-test wants a test beside production code", () => {
  const check = (path: string, text = CODE) => runRule("missing-test", text, path);
  assert.deepEqual(check("triton/new.ts"), ["1 has no test: write triton/new_test.ts"]);
  // These have one.
  assert.deepEqual(check("triton/tensor.ts"), []);
  const exempt = [
    "triton/new_test.ts",
    "tools/new.ts",
    "gateway/main.ts",
    "gateway/work/x_worker.ts",
  ];
  for (const path of exempt) assert.deepEqual(check(path), [], path);
});

Deno.test("missing-test asks for none where only types, imports, re-exports and literals are", () => {
  const types =
    'import { a } from "./a.ts";\nexport * from "./b.ts";\nexport { c } from "./c.ts";\n' +
    "export interface A {}\ntype B = A;\ndeclare const d: number;\nexport const D = 1;\n";
  assert.deepEqual(runRule("missing-test", types, "triton/new.ts"), []);
  for (const text of ["enum A { B }", "const a = 1 + b;", "export class A {}", "run();"]) {
    assert.equal(runRule("missing-test", text, "triton/new.ts").length, 1, text);
  }
});
