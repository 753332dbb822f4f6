import assert from "node:assert/strict";
import { checkLayers, layerOf } from "./check_layers.ts";
import { LAYER_TABLE } from "./layers.ts";
import { formatProblem } from "./problem.ts";
import { readReferences } from "./references.ts";

/** Problems of a tree given as path → text, as printed. */
function check(tree: Record<string, string>): string[] {
  const files = Object.entries(tree).map(([path, text]) => ({ path, text }));
  return checkLayers(readReferences(files), LAYER_TABLE).map(formatProblem);
}

const value = (specifier: string) => `import { a } from "${specifier}";\n`;
const type = (specifier: string) => `import type { A } from "${specifier}";\n`;

Deno.test("checkLayers() accepts imports of the same and of lower layers", () => {
  const problems = check({
    "gateway/main.ts": value("./compose.ts") + value("./config.ts"),
    "gateway/compose.ts": value("./http/app.ts") +
      value("./engine/triton_engine.ts") + value("./telemetry/metrics.ts"),
    "gateway/http/app.ts": value("./embed.ts") + type("../pipeline.ts"),
    "gateway/http/embed.ts": value("../errors.ts"),
    "gateway/pipeline.ts": type("./engine/engine.ts"),
    "gateway/engine/triton_engine.ts": value("../../triton/client.ts"),
    "gateway/engine/engine.ts": type("../deadline.ts"),
    "gateway/telemetry/metrics.ts": value("prom-client"),
    "triton/client.ts": value("../proto/gen/inference_pb.ts"),
    "gateway/config.ts": "",
    "gateway/errors.ts": "",
    "gateway/deadline.ts": "",
    "proto/gen/inference_pb.ts": "",
  });
  assert.deepEqual(problems, []);
});

Deno.test("checkLayers() reports an upward import, type-only or not", () => {
  const problems = check({
    "gateway/errors.ts": `\n${value("./pipeline.ts")}`,
    "gateway/pipeline.ts": type("./http/app.ts"),
    "gateway/http/app.ts": "",
  });
  assert.deepEqual(problems, [
    "gateway/errors.ts:2: imports gateway/pipeline.ts: from L0 up to L3",
    "gateway/pipeline.ts:1: imports gateway/http/app.ts: from L3 up to L4",
  ]);
});

Deno.test("checkLayers() lets the lower layers import types of telemetry only", () => {
  const problems = check({
    "gateway/deadline.ts": type("./telemetry/events.ts"),
    "gateway/image/pool.ts": type("../telemetry/events.ts"),
    "gateway/batching/batcher.ts": value("../telemetry/events.ts"),
    "gateway/errors.ts": value("./telemetry/events.ts"),
    "gateway/telemetry/events.ts": "",
  });
  assert.deepEqual(problems, [
    "gateway/batching/batcher.ts:1: imports gateway/telemetry/events.ts: L0 to L2 import types of telemetry only",
    "gateway/errors.ts:1: imports gateway/telemetry/events.ts: L0 to L2 import types of telemetry only",
  ]);
});

Deno.test("checkLayers() keeps gateway/ out of triton/, proto/, model/ and exporter/", () => {
  const problems = check({
    "triton/client.ts": type("../gateway/errors.ts"),
    "exporter/graph.ts": value("../gateway/errors.ts"),
    "model/manifest.ts": value("../gateway/errors.ts"),
    "gateway/errors.ts": "",
  });
  assert.deepEqual(problems.map((text) => text.split(":")[0]), [
    "exporter/graph.ts",
    "model/manifest.ts",
    "triton/client.ts",
  ]);
});

Deno.test("checkLayers() lets compose.ts alone name a concrete engine", () => {
  const problems = check({
    "gateway/compose.ts": value("./engine/triton_engine.ts"),
    "gateway/pipeline.ts": type("./engine/triton_engine.ts"),
    "gateway/main.ts": value("./engine/triton_engine.ts"),
    "gateway/engine/triton_engine.ts": "",
  });
  const reason = "imports gateway/engine/triton_engine.ts: only compose.ts names a concrete engine";
  assert.deepEqual(problems, [
    `gateway/main.ts:1: ${reason}`,
    `gateway/pipeline.ts:1: ${reason}`,
  ]);
});

Deno.test("checkLayers() keeps tests and tools out of production, also by URL", () => {
  const problems = check({
    "gateway/main.ts": 'new URL("../testing/fixtures/a.jpg", import.meta.url);\n' +
      type("../tools/layers.ts") + value("./compose_test.ts"),
    "gateway/compose_test.ts": value("../testing/fake.ts"),
    "testing/fake.ts": type("../gateway/main.ts"),
    "tools/layers.ts": "",
  });
  assert.deepEqual(problems, [
    "gateway/main.ts:1: imports testing/fixtures/a.jpg: production code imports no tests, benches, demos and tools",
    "gateway/main.ts:2: imports tools/layers.ts: production code imports no tests, benches, demos and tools",
    "gateway/main.ts:3: imports gateway/compose_test.ts: production code imports no tests, benches, demos and tools",
  ]);
});

Deno.test("checkLayers() reports a cycle", () => {
  const problems = check({
    "triton/a.ts": type("./c.ts") + value("./b.ts"),
    "triton/b.ts": 'new Worker(new URL("./c.ts", import.meta.url));\n',
    "triton/c.ts": value("./a.ts"),
  });
  assert.deepEqual(problems, [
    "triton/a.ts:2: import cycle: triton/a.ts → triton/b.ts → triton/c.ts → triton/a.ts",
  ]);
});

Deno.test("checkLayers() takes a type-only way back for no cycle", () => {
  const problems = check({
    "triton/a.ts": value("./b.ts"),
    "triton/b.ts": type("./a.ts"),
  });
  assert.deepEqual(problems, []);
});

Deno.test("checkLayers() reports a file without a layer and an import of nothing", () => {
  const problems = check({
    "gateway/stray.ts": 'new URL("./gone.ts", import.meta.url);\n',
  });
  assert.deepEqual(problems, [
    "gateway/stray.ts:1: is in no layer: add it to tools/layers.ts",
    "gateway/stray.ts:1: refers to gateway/gone.ts, which does not exist",
  ]);
});

Deno.test("checkLayers() keeps packages and globals to their places", () => {
  const uses = 'import "prom-client";\nimport "onnxruntime-node";\n' +
    'Deno.env.get("A");\nDeno.exit(1);\nDeno.dlopen("a", {});\n';
  assert.deepEqual(
    check({
      "gateway/config.ts": uses,
      "gateway/config_test.ts": uses,
      "bench/load.ts": uses,
    }),
    [
      "gateway/config.ts:1: uses prom-client: only gateway/telemetry/metrics.ts may",
      "gateway/config.ts:2: uses onnxruntime-node: only gateway/engine/*worker*.ts, exporter/** may",
      "gateway/config.ts:3: uses Deno.env: only **/main.ts, **/*_main.ts may",
      "gateway/config.ts:4: uses Deno.exit: only **/main.ts, **/*_main.ts may",
      "gateway/config.ts:5: uses Deno.dlopen: only gateway/image/*turbojpeg*.ts, triton/*shm*.ts, triton/*posix*.ts may",
    ],
  );
  assert.deepEqual(
    check({
      "exporter/main.ts": 'Deno.env.get("A");\n',
      "gateway/engine/ort_worker.ts": 'import "onnxruntime-node";\n',
      "gateway/image/turbojpeg.ts": 'Deno.dlopen("a", {});\n',
      "gateway/telemetry/metrics.ts": 'import "prom-client";\n',
      "triton/posix_shm.ts": 'Deno.dlopen("a", {});\n',
    }),
    [],
  );
});

Deno.test("layerOf() gives the layer of the first matching row", () => {
  const layers: [string, number | undefined][] = [
    ["model/manifest.ts", 0],
    ["gateway/engine/engine.ts", 1],
    ["gateway/engine/slots.ts", 1],
    ["gateway/engine/embedded_engine.ts", 2],
    ["gateway/engine/embedded_engine_test.ts", 6],
    ["exporter/main.ts", 6],
    ["gateway/preprocess_main.ts", 6],
    ["gateway/config_fields.ts", 0],
    ["gateway/other.ts", undefined],
  ];
  for (const [path, layer] of layers) {
    assert.equal(layerOf(path, LAYER_TABLE), layer, path);
  }
});
