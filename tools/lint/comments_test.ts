import assert from "node:assert/strict";
import { runRule } from "./run_rule.ts";

Deno.test("todo reports promises in any comment, not in code", () => {
  const text = 'const TODO = "FIXME";\n// TODO: mend\n/*\n * FIXME\n */\n// TODOs\n';
  assert.deepEqual(runRule("todo", text), [
    "2 TODO: do it now, or open an issue",
    "3 FIXME: do it now, or open an issue",
  ]);
});

Deno.test("doc-types reports types in tags, but no links and throws", () => {
  const text = "/**\n * @param {@link b} b it\n * @throws {RangeError} when\n */\nf();\n" +
    "/** @returns {A} b */\ng();\n// @param {A} a\n";
  assert.deepEqual(runRule("doc-types", text), ["6 @returns repeats a type: TypeScript has it"]);
});

Deno.test("commented-code reports statements, alone and among prose", () => {
  const dead = [
    "// const a = 1;",
    "// call(a, b);",
    "// a.b = c;",
    "/* await call(); */",
    "// if (\n//   a\n// ) {}",
    '// import { a } from "./a.ts";',
    "//   return a + b;",
    "// The old way:\n// old();",
  ];
  for (const text of dead) assert.equal(runRule("commented-code", `\n${text}\n`).length, 1, text);
});

Deno.test("commented-code leaves prose, formulas and examples alone", () => {
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
    "// https://example.com/a?b=(c);",
    "// see a.b;",
    "// }",
  ];
  for (const text of fine) assert.deepEqual(runRule("commented-code", `${text}\n`), [], text);
});
