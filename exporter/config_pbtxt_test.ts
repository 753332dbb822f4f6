import assert from "node:assert/strict";
import { parseManifest } from "../model/manifest.ts";
import { configPbtxt } from "./config_pbtxt.ts";

const manifest = parseManifest(await Deno.readTextFile("model_repository/dct_512/manifest.json"));

function warmupSizes(config: string): number[] {
  return [...config.matchAll(/batch_size: (\d+)\n/g)].map(([, size]) => Number(size)).slice(1);
}

Deno.test("configPbtxt() describes the tensors as the manifest does", () => {
  const config = configPbtxt({
    ...manifest,
    name: "other",
    input: { name: "pixels", datatype: "UINT8", shape: [224, 224, 3] },
    output: { name: "vector", datatype: "FP32", shape: [7] },
  });
  assert.match(config, /^name: "other"$/m);
  assert.match(config, /^backend: "onnxruntime"$/m);
  assert.match(
    config,
    /^input \[ { name: "pixels", data_type: TYPE_UINT8, dims: \[ 224, 224, 3 \] } \]$/m,
  );
  assert.match(config, /^output \[ { name: "vector", data_type: TYPE_FP32, dims: \[ 7 \] } \]$/m);
  assert.match(config, /key: "pixels"\n +value { data_type: TYPE_UINT8, dims: \[ 224, 224, 3 \],/);
});

Deno.test("configPbtxt() batches dynamically on any device, without a queue policy", () => {
  const config = configPbtxt(manifest);
  assert.match(config, /^instance_group \[ { kind: KIND_AUTO, count: 1 } \]$/m);
  assert.match(config, /^dynamic_batching { max_queue_delay_microseconds: 100 }$/m);
  assert.doesNotMatch(config, /queue_policy/);
});

Deno.test("configPbtxt() warms up no batch above max_batch_size, which would crash Triton", () => {
  assert.deepEqual(warmupSizes(configPbtxt({ ...manifest, max_batch_size: 32 })), [1, 8, 32]);
  assert.deepEqual(warmupSizes(configPbtxt({ ...manifest, max_batch_size: 31 })), [1, 8]);
  assert.deepEqual(warmupSizes(configPbtxt({ ...manifest, max_batch_size: 1 })), [1]);
});

Deno.test("configPbtxt() closes every bracket it opens", () => {
  const config = configPbtxt(manifest);
  for (const [open, close] of ["{}", "[]"]) {
    assert.equal(config.split(open as string).length, config.split(close as string).length);
  }
});
