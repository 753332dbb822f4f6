import assert from "node:assert/strict";
import { runRule } from "./run_rule.ts";

/** Names that a text may not use, each with its line. */
const misplaced = (text: string, path?: string) =>
  runRule("single-place", text, path).map((problem) => problem.replace(/uses (.+?): .*/, "$1"));

Deno.test("single-place finds members of Deno and process however they are reached", () => {
  const text = [
    'Deno.env.get("A");',
    "globalThis.Deno.exit(1);",
    "const { env, exit: leave } = Deno;",
    'process["exit"]();',
    "other.Deno.env;",
  ].join("\n");
  assert.deepEqual(misplaced(text), [
    "1 Deno.env",
    "2 Deno.exit",
    "3 Deno.env",
    "3 Deno.exit",
    "4 process.exit",
  ]);
});

Deno.test("single-place finds packages with and without version", () => {
  const text = 'import "prom-client";\nimport { a } from "npm:onnxruntime-node@1/b";\n' +
    'await import("prom-client");\nimport "node:process";\nimport "zod";\n';
  assert.deepEqual(misplaced(text), [
    "1 prom-client",
    "2 onnxruntime-node",
    "3 prom-client",
    "4 node:process",
  ]);
});

Deno.test("single-place lets each name be used in its places, and all outside production", () => {
  const uses = [
    ["gateway/main.ts", 'Deno.env.get("A");'],
    ["command/program.ts", "Deno.exitCode = 1;"],
    ["gateway/telemetry/metrics.ts", 'import "prom-client";'],
    ["gateway/telemetry/metrics_sum.ts", 'import "prom-client";'],
    ["gateway/engine/onnx/onnx_model.ts", 'import "onnxruntime-node";'],
    ["preprocess/decode/jpeg/turbojpeg.ts", 'Deno.dlopen("a", {});'],
    ["triton/posix_shm.ts", 'Deno.dlopen("a", {});'],
  ] as const;
  for (const [path, text] of uses) {
    assert.deepEqual(misplaced(text, path), [], path);
    assert.equal(misplaced(text, "gateway/http/app.ts").length, 1, path);
    assert.deepEqual(misplaced(text, "gateway/http/app_test.ts"), [], path);
  }
});
