import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { isGenerated, isProduction, isTest, readSources } from "./source_tree.ts";

Deno.test("isProduction() takes the deployed folders without their tests", () => {
  assert.ok(isProduction("gateway/http/app.ts"));
  assert.ok(isProduction("models/contract/manifest.ts"));
  assert.ok(!isProduction("gateway/http/app_test.ts"));
  assert.ok(!isProduction("testing/fake_engine.ts"));
  assert.ok(!isProduction("gateway.ts"));
});

Deno.test("isTest() knows the names deno test runs", () => {
  assert.ok(isTest("a/b_test.ts"));
  assert.ok(isTest("a/test.ts"));
  assert.ok(!isTest("a/contest.ts"));
  assert.ok(!isTest("a/test_image.ts"));
});

Deno.test("isGenerated() knows the generated folder", () => {
  assert.ok(isGenerated("proto/gen/inference_pb.ts"));
  assert.ok(!isGenerated("proto/generator.ts"));
});

Deno.test("readSources() finds nested files sorted, and skips packages", async () => {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const files = await readSources(root.replace(/\/$/, ""));
  const paths = files.map((file) => file.path);
  assert.ok(paths.includes("tools/source_tree_test.ts"));
  assert.ok(!paths.some((path) => path.includes("node_modules")));
  assert.deepEqual(paths, [...paths].sort());
});
