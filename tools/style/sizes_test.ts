import assert from "node:assert/strict";
import { parseSource } from "../syntax.ts";
import { STYLE_POLICY } from "./policy.ts";
import { checkSizes, countLines } from "./sizes.ts";

const POLICY = {
  ...STYLE_POLICY,
  fileLinesMax: 8,
  testFileLinesMax: 10,
  functionLinesMax: 3,
  parametersMax: 2,
};

function check(text: string, path = "gateway/a.ts"): string[] {
  const file = { path, text };
  return checkSizes({ ...file, syntax: parseSource(file) }, POLICY)
    .map((problem) => `${problem.line} ${problem.text}`);
}

Deno.test("countLines() counts no line after the last line break", () => {
  assert.equal(countLines(""), 0);
  assert.equal(countLines("a"), 1);
  assert.equal(countLines("a\nb\n"), 2);
});

Deno.test("checkSizes() reports a file above the limit of its kind", () => {
  assert.deepEqual(check("a;\n".repeat(8)), []);
  assert.deepEqual(check("a;\n".repeat(9)), ["1 file has 9 lines: limit is 8"]);
  assert.deepEqual(check("a;\n".repeat(10), "gateway/a_test.ts"), []);
  assert.deepEqual(check("a;\n".repeat(11), "gateway/a_test.ts"), [
    "1 file has 11 lines: limit is 10",
  ]);
});

Deno.test("checkSizes() measures functions without the comment in front", () => {
  assert.deepEqual(check("/**\n * Doc.\n */\nfunction f() {\n  a;\n}\n"), []);
  assert.deepEqual(check("function f() {\n  a;\n  b;\n}\n"), [
    "1 f() has 4 lines: limit is 3",
  ]);
  assert.deepEqual(check("const f = () => {\n  a;\n  b;\n};\n"), [
    "1 f() has 4 lines: limit is 3",
  ]);
  assert.deepEqual(
    check("class A {\n  m() {\n    a;\n    b;\n  }\n}\n"),
    ["2 m() has 4 lines: limit is 3"],
  );
});

Deno.test("checkSizes() reports parameters of functions, methods and constructors", () => {
  const options = ": limit is 2, pass an options object";
  assert.deepEqual(check("function f(a, b, c) {}"), [
    `1 f() has 3 parameters${options}`,
  ]);
  assert.deepEqual(check("const o = { f: (a, b, c) => a };"), [
    `1 f() has 3 parameters${options}`,
  ]);
  assert.deepEqual(
    check("class A {\n  constructor(a, b, c) {}\n  m(a, b, c) {}\n}"),
    [
      `2 constructor() has 3 parameters${options}`,
      `3 m() has 3 parameters${options}`,
    ],
  );
});

Deno.test("checkSizes() accepts overload signatures, this, callbacks and tests with more parameters", () => {
  assert.deepEqual(
    check("function f(a, b, c): void;\nfunction f(...all) {}"),
    [],
  );
  assert.deepEqual(check("function f(this: A, a, b) {}"), []);
  assert.deepEqual(check("list.reduce((a, b, c) => a);"), []);
  assert.deepEqual(check("function f(a, b, c) {}", "gateway/a_test.ts"), []);
});
