import assert from "node:assert/strict";
import { readImportGraph } from "./import_graph.ts";

const FILES = [
  {
    path: "a/a.ts",
    text: [
      'import type { B } from "../b/b.ts";',
      "",
      'type D = import("../b/d.ts").D;',
      'import { gone } from "./gone.ts";',
      'await import("../b/e.ts");',
      // In two pieces, so that this file itself refers to nothing.
      'new Worker(new URL("' + './w_worker.ts", import.meta.url), { type: "module" });',
      'import.meta.resolve("' + './w_worker.ts");',
      'import { readFile } from "node:fs";',
    ].join("\n"),
  },
  { path: "a/w_worker.ts", text: 'import "jsr";' },
  { path: "b/b.ts", text: "export interface B {}" },
  { path: "b/d.ts", text: "export interface D {}" },
  { path: "b/e.ts", text: "export const e = 1;" },
];

Deno.test("readImportGraph() sees types, dynamic imports, workers and what does not exist", async () => {
  const root = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${root}/deno.json`, "{}");
    for (const { path, text } of FILES) {
      await Deno.mkdir(`${root}/${path.split("/")[0]}`, { recursive: true });
      await Deno.writeTextFile(`${root}/${path}`, text);
    }
    const { files, edges } = await readImportGraph(root, FILES);
    assert.deepEqual(files, FILES.map(({ path }) => path));
    assert.deepEqual(
      edges.map(({ from, to, line }) => `${from}:${line} ${to}`).sort(),
      [
        "a/a.ts:1 b/b.ts",
        "a/a.ts:3 b/d.ts",
        "a/a.ts:4 a/gone.ts",
        "a/a.ts:5 b/e.ts",
        "a/a.ts:6 a/w_worker.ts",
        "a/a.ts:7 a/w_worker.ts",
      ],
    );
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
