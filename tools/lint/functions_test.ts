import assert from "node:assert/strict";
import { runRule } from "./run_rule.ts";

const body = "  a;\n".repeat(69);

Deno.test("function-lines measures functions without the comment in front", () => {
  const check = (text: string) => runRule("function-lines", text);
  assert.deepEqual(check(`/**\n * Doc.\n */\nfunction f() {\n${body.slice(5)}}\n`), []);
  const problem = "f() has 71 lines: limit is 70";
  assert.deepEqual(check(`function f() {\n${body}}\n`), [`1 ${problem}`]);
  assert.deepEqual(check(`const f = () => {\n${body}};\n`), [`1 ${problem}`]);
  assert.deepEqual(check(`class A {\n  async f() {\n${body}}\n}\n`), [`2 ${problem}`]);
});

Deno.test("parameters reports those of functions, methods and constructors", () => {
  const check = (text: string) => runRule("parameters", text);
  const problem = "has 4 parameters: limit is 3, pass an options object";
  assert.deepEqual(check("function f(a, b, c, d) {}"), [`1 f() ${problem}`]);
  assert.deepEqual(check("const o = { f: (a, b, c, d) => a };"), [`1 f() ${problem}`]);
  assert.deepEqual(
    check("class A {\n  constructor(a, b, c, d) {}\n  #m(a, b, c, d) {}\n}"),
    [`2 constructor() ${problem}`, `3 m() ${problem}`],
  );
});

Deno.test("parameters accepts signatures, this, callbacks, and tests with more", () => {
  const check = (text: string, path?: string) => runRule("parameters", text, path);
  assert.deepEqual(check("function f(a, b, c, d): void;\nfunction f(...all) {}"), []);
  assert.deepEqual(check("function f(this: A, a, b, c) {}"), []);
  assert.deepEqual(check("list.reduce((a, b, c, d) => a);"), []);
  assert.deepEqual(check("function f(a, b, c, d) {}", "gateway/a_test.ts"), []);
});
