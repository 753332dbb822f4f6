import assert from "node:assert/strict";
import { withoutWarmUp } from "./cold_start.ts";

Deno.test("withoutWarmUp() leaves the rest of a model's configuration as it is", async () => {
  const file = new URL("../../model_repository/dct_512/config.pbtxt", import.meta.url);
  const config = await Deno.readTextFile(file);
  const cold = withoutWarmUp(config);
  assert.match(config, /model_warmup/);
  assert.doesNotMatch(cold, /model_warmup|^ +batch_size/m);
  assert.ok(config.startsWith(cold.trimEnd()));
});
