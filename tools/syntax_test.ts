import assert from "node:assert/strict";
import ts from "typescript";
import { lineCount, lineOf, listComments, parseSource, walk } from "./syntax.ts";

const parse = (text: string) => parseSource({ path: "a.ts", text });

Deno.test("listComments() finds every kind once, in order", () => {
  const source = parse(
    "// one\n/** two */\nfunction f(/* three */ a: number) { // four\n  return a; // five\n}\n// six\n/** seven */\n",
  );
  assert.deepEqual(listComments(source), [
    { text: "// one", line: 1, kind: "line" },
    { text: "/** two */", line: 2, kind: "doc" },
    { text: "/* three */", line: 3, kind: "block" },
    { text: "// four", line: 3, kind: "line" },
    { text: "// five", line: 4, kind: "line" },
    { text: "// six", line: 6, kind: "line" },
    { text: "/** seven */", line: 7, kind: "doc" },
  ]);
});

Deno.test("listComments() ignores comment marks in strings, templates and regular expressions", () => {
  const source = parse(
    'const a = "// no", b = `/* no ${a /* yes */} // no ${b} // no`, c = /[/*]/;\n',
  );
  assert.deepEqual(listComments(source).map((found) => found.text), [
    "/* yes */",
  ]);
});

Deno.test("lineOf() and lineCount() leave out the comment in front", () => {
  const source = parse("\n/** Doc. */\nfunction f() {\n  return 1;\n}\n");
  const [statement] = source.statements;
  assert.ok(statement !== undefined);
  assert.equal(lineOf(statement), 3);
  assert.equal(lineCount(statement), 3);
});

Deno.test("walk() visits nested nodes, parents first", () => {
  const names: string[] = [];
  walk(parse("a(b(c));"), (node) => {
    if (ts.isIdentifier(node)) names.push(node.text);
  });
  assert.deepEqual(names, ["a", "b", "c"]);
});
