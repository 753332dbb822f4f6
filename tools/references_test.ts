import assert from "node:assert/strict";
import { readReferences } from "./references.ts";

const read = (text: string, path = "gateway/http/app.ts") => readReferences([{ path, text }]);

Deno.test("readReferences() resolves relative imports against the importing file", () => {
  const { edges } = read('import { a } from "../errors.ts";\nimport "./b.ts";\n');
  assert.deepEqual(edges, [
    { from: "gateway/http/app.ts", to: "gateway/contract/errors.ts", line: 1, typeOnly: false },
    { from: "gateway/http/app.ts", to: "gateway/http/b.ts", line: 2, typeOnly: false },
  ]);
});

Deno.test("readReferences() tells type-only imports and re-exports from others", () => {
  const { edges } = read([
    'import type { A } from "./type.ts";',
    'import { type A, type B } from "./types.ts";',
    'import { type A, b } from "./value.ts";',
    'import c from "./value.ts";',
    'import {} from "./value.ts";',
    'export type { A } from "./type.ts";',
    'export { type A } from "./type.ts";',
    'export { b } from "./value.ts";',
    'export * from "./value.ts";',
    'type D = import("./type.ts").A;',
    'type E = typeof import("./type.ts");',
  ].join("\n"));
  assert.equal(edges.length, 11);
  for (const edge of edges) {
    assert.equal(edge.typeOnly, !edge.to.endsWith("value.ts"), `line ${edge.line}`);
  }
});

Deno.test("readReferences() takes dynamic imports and worker entries for value edges", () => {
  const { edges } = read([
    'await import("./a.ts");',
    'new Worker(new URL("./b.ts", import.meta.url), { type: "module" });',
    'import.meta.resolve("./c.ts");',
    'new URL("./not_a_module.ts", base);',
  ].join("\n"));
  assert.deepEqual(edges.map((edge) => [edge.to, edge.typeOnly]), [
    ["gateway/http/a.ts", false],
    ["gateway/http/b.ts", false],
    ["gateway/http/c.ts", false],
  ]);
});

Deno.test("readReferences() names packages without version and path", () => {
  const { packages } = read([
    'import a from "prom-client";',
    'import b from "@connectrpc/connect/protocol";',
    'import c from "npm:@a/b@1.0.0/c";',
    'import d from "npm:zod@4";',
    'import e from "node:fs/promises";',
  ].join("\n"));
  assert.deepEqual(packages.map((use) => use.name), [
    "prom-client",
    "@connectrpc/connect",
    "@a/b",
    "zod",
    "node:fs/promises",
  ]);
});

Deno.test("readReferences() finds members of Deno and process however they are reached", () => {
  const { globals } = read([
    'Deno.env.get("A");',
    "globalThis.Deno.exit(1);",
    "const { env, exit: leave } = Deno;",
    'process["exit"]();',
    "other.Deno.env; // a property named Deno of something else",
  ].join("\n"));
  assert.deepEqual(globals.map((use) => [use.name, use.line]), [
    ["Deno.env", 1],
    ["Deno.exit", 2],
    ["Deno.env", 3],
    ["Deno.exit", 3],
    ["process.exit", 4],
  ]);
});
