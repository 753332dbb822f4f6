import assert from "node:assert/strict";
import { checkLayers, layerOf } from "./check_layers.ts";
import { readImportGraph } from "./import_graph.ts";
import { LAYERS } from "./layers.ts";
import { formatProblem } from "./problem.ts";

/** Problems of a tree given as path → what it imports, as printed. */
function check(tree: Record<string, string[]>): string[] {
  const edges = Object.entries(tree).flatMap(([from, paths]) =>
    paths.map((to, index) => ({ from, to, line: index + 1 }))
  );
  return checkLayers({ files: Object.keys(tree), edges }, LAYERS).map(formatProblem);
}

Deno.test("checkLayers() accepts imports of the same and of lower layers, and all of tests", () => {
  const problems = check({
    "gateway/main.ts": ["gateway/compose.ts", "gateway/engine/onnx/session.ts"],
    "gateway/compose.ts": ["gateway/http/app.ts", "gateway/engine/onnx/session.ts"],
    "gateway/http/app.ts": ["gateway/http/keys.ts", "preprocess/decode/decoder.ts"],
    "gateway/http/keys.ts": [],
    "gateway/http/keys_test.ts": ["testing/fake.ts", "gateway/http/app.ts", "tools/layers.ts"],
    "gateway/engine/onnx/session.ts": ["gateway/engine/engine.ts"],
    "gateway/engine/engine.ts": [],
    "preprocess/decode/decoder.ts": [],
    "testing/fake.ts": ["gateway/engine/onnx/session.ts"],
    "tools/layers.ts": ["testing/fake.ts"],
  });
  assert.deepEqual(problems, []);
});

Deno.test("checkLayers() reports imports upwards, sideways and of tests", () => {
  const problems = check({
    "gateway/contract/errors.ts": ["gateway/embed/pipeline.ts"],
    "gateway/embed/pipeline.ts": ["gateway/engine/onnx/session.ts", "testing/fake.ts"],
    "gateway/engine/onnx/session.ts": [],
    "triton/client.ts": ["gateway/contract/limits_test.ts"],
    "gateway/contract/limits_test.ts": [],
    "testing/fake.ts": ["tools/layers.ts"],
    "tools/layers.ts": [],
  });
  assert.deepEqual(problems, [
    "gateway/contract/errors.ts:1: imports gateway/embed/pipeline.ts: gateway/contract/ may not import gateway/embed/",
    "gateway/embed/pipeline.ts:1: imports gateway/engine/onnx/session.ts: gateway/embed/ may not import gateway/engine/onnx/",
    "gateway/embed/pipeline.ts:2: imports testing/fake.ts: gateway/embed/ may not import testing/",
    "testing/fake.ts:1: imports tools/layers.ts: testing/ may not import tools/",
    "triton/client.ts:1: imports gateway/contract/limits_test.ts, which is a test",
  ]);
});

Deno.test("checkLayers() reports a circle of type imports, as Deno reads them", async () => {
  const root = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${root}/bench`);
    const files = [
      { path: "bench/a.ts", text: 'import type { B } from "./b.ts";\nexport type A = B | 1;\n' },
      { path: "bench/b.ts", text: 'import type { A } from "./a.ts";\nexport type B = A[];\n' },
    ];
    for (const { path, text } of files) await Deno.writeTextFile(`${root}/${path}`, text);
    const problems = checkLayers(await readImportGraph(root, files), LAYERS);
    assert.deepEqual(problems.map(formatProblem), [
      "bench/a.ts:1: import cycle: bench/a.ts → bench/b.ts → bench/a.ts",
    ]);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("checkLayers() reports the shortest circle of a knot", () => {
  const problems = check({
    "bench/a.ts": ["bench/d.ts", "bench/b.ts"],
    "bench/b.ts": ["bench/c.ts"],
    "bench/c.ts": ["bench/a.ts"],
    "bench/d.ts": [],
  });
  assert.deepEqual(problems, [
    "bench/a.ts:2: import cycle: bench/a.ts → bench/b.ts → bench/c.ts → bench/a.ts",
  ]);
});

Deno.test("checkLayers() reports a file without a layer and an import of nothing", () => {
  assert.deepEqual(check({ "elsewhere/stray.ts": ["gateway/gone.ts", "testing/photos/"] }), [
    "elsewhere/stray.ts:1: is in no layer: add it to tools/layers.ts",
    "elsewhere/stray.ts:1: refers to gateway/gone.ts, which does not exist",
  ]);
});

Deno.test("layerOf() gives the nearest folder that has a row", () => {
  for (
    const [path, folder] of [
      ["gateway/engine/engine.ts", "gateway/engine"],
      ["gateway/engine/onnx/session.ts", "gateway/engine/onnx"],
      ["gateway/compose.ts", "gateway"],
      ["testing/triton/ports.ts", "testing"],
      ["gateway.ts", undefined],
    ]
  ) assert.equal(layerOf(path ?? "", LAYERS)?.folder, folder, path);
});

Deno.test("LAYERS names rows above only, so that folders cannot be in a circle", () => {
  const seen: string[] = [];
  for (const { folder, imports } of LAYERS) {
    for (const name of imports) {
      assert.ok(seen.some((above) => above === name || above.startsWith(`${name}/`)), name);
      assert.ok(!folder.startsWith(`${name}/`) || seen.includes(name), `${folder} → ${name}`);
    }
    assert.ok(!seen.includes(folder));
    seen.push(folder);
  }
});
