/** Triton's `config.pbtxt`, written from the manifest so that the two cannot disagree. */
import type { ModelManifest, ServingSpec, TensorSpec } from "../contract/manifest.ts";

/**
 * How long Triton holds a request back to fill a batch, in microseconds. Under load batches fill while the previous one
 * runs, so the delay matters when the device is idle. `latency`: 100 is about the spread of requests sent together, and
 * all that a lone one pays. `throughput`: with 16 requests in flight 5000 gave 12 % more of them a second than 0, and
 * cost a lone one 5.2 ms.
 */
const QUEUE_DELAY_US = { latency: 100, throughput: 5000 } as const;

/**
 * Options of the CUDA execution provider. They stand here and not in an accelerator's block, because there Triton
 * overwrites these very four by its own defaults: an exhaustive search for convolutions at every new batch size, and an
 * arena that doubles without a limit. 1 means heuristic search, growth by what is asked for, and copies in the stream
 * that computes.
 */
const CUDA_PARAMETERS = {
  cudnn_conv_algo_search: "1",
  gpu_mem_limit: String(4 * 1024 ** 3),
  arena_extend_strategy: "1",
  do_copy_in_default_stream: "1",
};

/** Folder of TensorRT's caches, on a volume that outlives the container and that nobody else may write. */
const TENSORRT_CACHE = "/cache";
const TENSORRT_WORKSPACE_BYTES = 2 * 1024 ** 3;

/**
 * The whole file. All versions are served: by Triton's default a new one would take the place of the one before, under
 * gateways that hold vectors to that. There is no queue policy: with one, some requests stall for half a second, so the gateway admits.
 * KIND_AUTO takes a GPU where there is one. A warm-up beyond `max_batch_size` would crash Triton; `parseManifest()`
 * lets none through.
 */
export function configPbtxt(manifest: ModelManifest): string {
  const { name, input, output, max_batch_size, serving } = manifest;
  const sections = [
    `# Written by deno task model from manifest.json: change that instead.
name: "${name}"
backend: "onnxruntime"
max_batch_size: ${max_batch_size}
version_policy: { all { } }`,
    `input [ ${describeTensor(input)} ]
output [ ${describeTensor(output)} ]`,
    `instance_group [ { kind: KIND_AUTO, count: 1 } ]${describeBatching(serving)}`,
    ...describeAccelerator(manifest),
    warmupSizes(manifest).map((size) => describeWarmup(input, size)).join("\n"),
  ];
  return sections.join("\n\n") + "\n";
}

function describeTensor({ name, datatype, shape }: TensorSpec): string {
  return `{ name: "${name}", data_type: TYPE_${datatype}, dims: [ ${shape.join(", ")} ] }`;
}

function describeBatching({ batching }: ServingSpec): string {
  if (batching === "none") return "";
  return `\ndynamic_batching { max_queue_delay_microseconds: ${QUEUE_DELAY_US[batching]} }`;
}

function describeAccelerator(manifest: ModelManifest): string[] {
  const { accelerator } = manifest.serving;
  if (accelerator === "none") return [];
  const cuda = Object.entries(CUDA_PARAMETERS)
    .map(([key, value]) => `parameters { key: "${key}", value: { string_value: "${value}" } }`)
    .join("\n");
  return accelerator === "cuda" ? [cuda] : [describeTensorRt(manifest), cuda];
}

/**
 * TensorRT, with CUDA for what it leaves. No `precision_mode`: the graph says what computes in FP16. TensorRT 11 has no
 * such switch, and before it ONNX Runtime takes the graph by its word only while the switch is off. Without a profile
 * over all batch sizes an engine would be built anew, for half a minute, whenever a batch is larger than those before.
 */
function describeTensorRt({ name, input, max_batch_size }: ModelManifest): string {
  const shape = (batchSize: number) => `${input.name}:${[batchSize, ...input.shape].join("x")}`;
  const parameters = {
    max_workspace_size_bytes: String(TENSORRT_WORKSPACE_BYTES),
    trt_engine_cache_enable: "1",
    trt_engine_cache_path: `${TENSORRT_CACHE}/${name}`,
    trt_engine_cache_prefix: name,
    trt_timing_cache_enable: "1",
    trt_timing_cache_path: `${TENSORRT_CACHE}/${name}`,
    trt_profile_min_shapes: shape(1),
    trt_profile_opt_shapes: shape(Math.ceil(max_batch_size / 2)),
    trt_profile_max_shapes: shape(max_batch_size),
  };
  const lines = Object.entries(parameters)
    .map(([key, value]) => `      parameters { key: "${key}", value: "${value}" }`);
  return `optimization {
  execution_accelerators {
    gpu_execution_accelerator [ {
      name: "tensorrt"
${lines.join("\n")}
    } ]
  }
}`;
}

function warmupSizes({ max_batch_size, serving: { warmup_batch_sizes } }: ModelManifest): number[] {
  return warmup_batch_sizes === "every"
    ? Array.from({ length: max_batch_size }, (_, index) => index + 1)
    : warmup_batch_sizes;
}

function describeWarmup({ name, datatype, shape }: TensorSpec, batchSize: number): string {
  return `model_warmup {
  name: "batch_${batchSize}"
  batch_size: ${batchSize}
  inputs {
    key: "${name}"
    value { data_type: TYPE_${datatype}, dims: [ ${shape.join(", ")} ], zero_data: true }
  }
}`;
}
