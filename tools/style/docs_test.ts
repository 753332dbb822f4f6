import assert from "node:assert/strict";
import { listComments, parseSource } from "../syntax.ts";
import { checkDocTypes, checkExportDocs } from "./docs.ts";

function parse(text: string, path = "triton/a.ts") {
  return { path, text, syntax: parseSource({ path, text }) };
}

const undocumented = (text: string, path?: string) =>
  checkExportDocs(parse(text, path))
    .map((problem) => `${problem.line} ${problem.text}`);

Deno.test("checkExportDocs() reports each kind of export without a comment", () => {
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

Deno.test("checkExportDocs() accepts a JSDoc comment and nothing less", () => {
  assert.deepEqual(undocumented("/** Does it. */\nexport function f() {}"), []);
  assert.equal(undocumented("// Does it.\nexport function f() {}").length, 1);
});

Deno.test("checkExportDocs() follows export lists, not re-exports", () => {
  assert.deepEqual(undocumented("const a = 1;\nexport { a as b };"), [
    "1 exported a has no documentation comment",
  ]);
  assert.deepEqual(undocumented('export { a } from "./b.ts";'), []);
});

Deno.test("checkExportDocs() takes one documented overload for all", () => {
  const overloads = "/** Doc. */\nexport function f(a: 1): void;\n" +
    "export function f(a: 2): void;\nexport function f(a: number) {}";
  assert.deepEqual(undocumented(overloads), []);
});

Deno.test("checkExportDocs() leaves tests, tools and inner symbols alone", () => {
  assert.deepEqual(undocumented("export const a = 1;", "tools/a.ts"), []);
  assert.deepEqual(undocumented("export const a = 1;", "triton/a_test.ts"), []);
  assert.deepEqual(undocumented("const a = 1;"), []);
});

Deno.test("checkDocTypes() reports types in tags by line, but no links and throws", () => {
  const file = parse(
    "/**\n * Doc.\n * @param {number} a it\n * @param {@link b} b it\n" +
      " * @throws {RangeError} when\n */\nfunction f() {}\n/** @returns {A} b */\n",
  );
  const problems = checkDocTypes(file, listComments(file.syntax));
  assert.deepEqual(problems.map((problem) => [problem.line, problem.text]), [
    [3, "@param repeats a type: TypeScript has it"],
    [8, "@returns repeats a type: TypeScript has it"],
  ]);
});
