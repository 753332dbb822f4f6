import assert from "node:assert/strict";
import { runRule } from "./run_rule.ts";

const undocumented = (text: string, path?: string) => runRule("missing-doc", text, path);

Deno.test("missing-doc reports each kind of export without a comment", () => {
  const text = [
    "export function f() {}",
    "export const g = 1;",
    "export class C {}",
    "export interface I {}",
    "export type T = I;",
    "export enum E {}",
    "export default function () {}",
  ].join("\n");
  assert.deepEqual(
    undocumented(text),
    ["f", "g", "C", "I", "T", "E", "default"].map((name, index) =>
      `${index + 1} exported ${name} has no documentation comment`
    ),
  );
});

Deno.test("missing-doc accepts a JSDoc comment right above and nothing less", () => {
  assert.deepEqual(undocumented("/** → It. */\n// Why.\nexport function f() {}"), []);
  assert.equal(undocumented("// It.\nexport function f() {}").length, 1);
  assert.equal(undocumented("/** It. */\nconst a = 1;\nexport function f() {}").length, 1);
});

Deno.test("missing-doc takes one documented overload for all, and asks nothing of re-exports", () => {
  const overloads = "/** Doc. */\nexport function f(a: 1): void;\n" +
    "export function f(a: 2): void;\nexport function f(a: number) {}";
  assert.deepEqual(undocumented(overloads), []);
  assert.deepEqual(undocumented('export { a } from "./b.ts";'), []);
});

Deno.test("missing-doc leaves tests, tools, generated and inner symbols alone", () => {
  for (const path of ["tools/a.ts", "triton/a_test.ts", "proto/gen/a_pb.ts"]) {
    assert.deepEqual(undocumented("export const a = 1;", path), []);
  }
  assert.deepEqual(undocumented("const a = 1;"), []);
});
