import assert from "node:assert/strict";
import {
  readRepositoryManifest,
  readTextManifest,
} from "../../testing/models/repository_manifests.ts";
import { configPbtxt } from "./config_pbtxt.ts";

const manifest = readRepositoryManifest("dct_512");

/**
 * What Triton's ONNX Runtime backend takes for its TensorRT accelerator, by its source of June 2026 (00fd3e8). Any
 * other name keeps the model from loading, on a GPU only, where no test of ours runs.
 */
const TENSORRT_PARAMETERS = new Set(
  ("precision_mode max_workspace_size_bytes int8_calibration_table_name int8_use_native_calibration_table " +
    "trt_max_partition_iterations trt_min_subgraph_size trt_dla_enable trt_dla_core trt_engine_cache_enable " +
    "trt_engine_cache_path trt_engine_cache_prefix trt_dump_subgraphs trt_force_sequential_engine_build " +
    "trt_context_memory_sharing_enable trt_layer_norm_fp32_fallback trt_timing_cache_enable " +
    "trt_timing_cache_path trt_force_timing_cache trt_detailed_build_log trt_build_heuristics_enable " +
    "trt_sparsity_enable trt_builder_optimization_level trt_auxiliary_streams trt_tactic_sources " +
    "trt_extra_plugin_lib_paths trt_profile_min_shapes trt_profile_max_shapes trt_profile_opt_shapes " +
    "trt_cuda_graph_enable trt_dump_ep_context_model trt_ep_context_file_path trt_ep_context_embed_mode")
    .split(" "),
);

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

Deno.test("configPbtxt() has all versions served, not the newest one alone", () => {
  assert.match(configPbtxt(manifest), /^version_policy: { all { } }$/m);
});

Deno.test("configPbtxt() batches dynamically on any device, without a queue policy", () => {
  const config = configPbtxt(manifest);
  assert.match(config, /^instance_group \[ { kind: KIND_AUTO, count: 1 } \]$/m);
  assert.match(config, /^dynamic_batching { max_queue_delay_microseconds: 100 }$/m);
  assert.doesNotMatch(config, /queue_policy/);
});

Deno.test("configPbtxt() batches by profile, or not at all", () => {
  const { serving } = manifest;
  const configOf = (batching: typeof serving.batching) =>
    configPbtxt({ ...manifest, serving: { ...serving, batching } });
  assert.match(
    configOf("throughput"),
    /^dynamic_batching { max_queue_delay_microseconds: 5000 }$/m,
  );
  assert.doesNotMatch(configOf("none"), /dynamic_batching/);
});

Deno.test("configPbtxt() warms up the sizes that the manifest lists, or each one", () => {
  const sizesOf = (warmup_batch_sizes: "every" | number[]) =>
    warmupSizes(configPbtxt({
      ...manifest,
      max_batch_size: 4,
      serving: { ...manifest.serving, warmup_batch_sizes },
    }));
  assert.deepEqual(sizesOf([1, 4]), [1, 4]);
  assert.deepEqual(sizesOf("every"), [1, 2, 3, 4]);
});

Deno.test("configPbtxt() sets CUDA's options where Triton does not overwrite them", () => {
  assert.doesNotMatch(configPbtxt(manifest), /cudnn|tensorrt/);
  for (const name of ["openclip_vit_b32", "openclip_vit_b32_trt"]) {
    const config = configPbtxt(readRepositoryManifest(name));
    assert.match(
      config,
      /^parameters { key: "cudnn_conv_algo_search", value: { string_value: "1" } }$/m,
    );
    assert.match(
      config,
      /^parameters { key: "gpu_mem_limit", value: { string_value: "4294967296" } }$/m,
    );
  }
});

Deno.test("configPbtxt() describes and warms up a model of texts", () => {
  const config = configPbtxt(readTextManifest("openclip_vit_b32_text"));
  assert.match(config, /^input \[ { name: "text", data_type: TYPE_INT32, dims: \[ 77 \] } \]$/m);
  assert.match(config, /value { data_type: TYPE_INT32, dims: \[ 77 \], zero_data: true }/);
  assert.deepEqual(warmupSizes(config), [1, 2, 4, 8, 16, 32]);
});

Deno.test("configPbtxt() gives TensorRT one profile over all batch sizes and caches of its own", () => {
  const config = configPbtxt(readRepositoryManifest("openclip_vit_b32_trt"));
  const value = (key: string) => new RegExp(`key: "${key}", value: "([^"]*)"`).exec(config)?.[1];
  assert.equal(value("trt_profile_min_shapes"), "image:1x3x224x224");
  assert.equal(value("trt_profile_opt_shapes"), "image:16x3x224x224");
  assert.equal(value("trt_profile_max_shapes"), "image:32x3x224x224");
  assert.equal(value("trt_engine_cache_path"), "/cache/openclip_vit_b32_trt");
  assert.equal(value("trt_timing_cache_path"), "/cache/openclip_vit_b32_trt");
  assert.equal(value("trt_engine_cache_prefix"), "openclip_vit_b32_trt");
  assert.equal(warmupSizes(config).length, 32);
});

Deno.test("configPbtxt() gives TensorRT no parameter that Triton would refuse, nor CUDA graphs", () => {
  const config = configPbtxt(readRepositoryManifest("openclip_vit_b32_trt"));
  const keys = [...config.matchAll(/parameters { key: "(\w+)", value: "/g)].map(([, key]) => key);
  assert.equal(keys.length, 9);
  assert.deepEqual(keys.filter((key) => !TENSORRT_PARAMETERS.has(key as string)), []);
  assert.doesNotMatch(config, /cuda_graph/);
});

Deno.test("configPbtxt() leaves precision to the graph, which TensorRT 11 needs and TensorRT 10 can", () => {
  const { architecture } = readRepositoryManifest("openclip_vit_b32_trt");
  assert.equal("quantization" in architecture && architecture.quantization, "float16");
  const config = configPbtxt(readRepositoryManifest("openclip_vit_b32_trt"));
  assert.doesNotMatch(config, /precision_mode|fp16|fp32_fallback/);
});

Deno.test("configPbtxt() closes every bracket it opens", () => {
  const config = configPbtxt(readRepositoryManifest("openclip_vit_b32_trt"));
  for (const [open, close] of ["{}", "[]"]) {
    assert.equal(config.split(open as string).length, config.split(close as string).length);
  }
});
