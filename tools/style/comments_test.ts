import assert from "node:assert/strict";
import { listComments, parseSource } from "../syntax.ts";
import { checkCommentedCode, checkTodos } from "./comments.ts";

type Check = typeof checkTodos;

function lines(check: Check, text: string): number[] {
  const file = { path: "triton/a.ts", text };
  const syntax = parseSource(file);
  return check({ ...file, syntax }, listComments(syntax))
    .map((problem) => problem.line);
}

Deno.test("checkTodos() reports promises in any comment, not in code", () => {
  const text = 'const TODO = "FIXME";\n// TODO: mend\n/*\n * FIXME\n */\n// TODOs\n';
  assert.deepEqual(lines(checkTodos, text), [2, 4]);
});

Deno.test("checkCommentedCode() reports statements", () => {
  const dead = [
    "// const a = 1;",
    "// call(a, b);",
    "// a.b = c;",
    "/* await call(); */",
    "// if (\n//   a\n// ) {}",
    '// import { a } from "./a.ts";',
    "//   return a + b;",
  ];
  for (const text of dead) {
    assert.deepEqual(lines(checkCommentedCode, `\n${text}\n`), [2], text);
  }
});

Deno.test("checkCommentedCode() points at the line among prose", () => {
  const text = "// The old way:\n// old();\n";
  assert.deepEqual(lines(checkCommentedCode, text), [2]);
});

Deno.test("checkCommentedCode() leaves prose, formulas and examples alone", () => {
  const fine = [
    "// Why: the queue is full;",
    "// first, second;",
    "// done;",
    "// y = a * x + b",
    "// int(224 * long / short)",
    "// { a, b }",
    "// Not `call();` but `other();` here;",
    "// deno-lint-ignore-file no-console",
    "/** @example call(); */",
    "// if the peer closes, {status: 499} is logged;",
    "// https://example.com/a;",
    "// see a.b;",
    "// }",
  ];
  for (const text of fine) {
    assert.deepEqual(lines(checkCommentedCode, `${text}\n`), [], text);
  }
});
