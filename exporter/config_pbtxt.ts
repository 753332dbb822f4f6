/** Triton's `config.pbtxt`, written from the manifest so that the two cannot disagree. */
import type { ModelManifest, TensorSpec } from "../model/manifest.ts";

/**
 * How long Triton holds a request back to fill a batch. One photo at a time pays all of it, and under load batches
 * fill while the previous one runs, so more buys little: 100 µs is about the spread of requests sent together.
 */
const QUEUE_DELAY_US = 100;

/** Batches run before the model counts as ready: the sizes that dynamic batching was seen to build most. */
const WARMUP_BATCH_SIZES = [1, 8, 32];

/**
 * The whole file. There is no queue policy: with one, some requests stall for half a second, so the gateway admits.
 * KIND_AUTO takes a GPU where there is one. Warm-up beyond `max_batch_size` would crash Triton, so it is left out.
 */
export function configPbtxt(manifest: ModelManifest): string {
  const { name, input, output, max_batch_size } = manifest;
  const batchSizes = WARMUP_BATCH_SIZES.filter((size) => size <= max_batch_size);
  return `# Written by deno task model from manifest.json: change that instead.
name: "${name}"
backend: "onnxruntime"
max_batch_size: ${max_batch_size}

input [ ${describeTensor(input)} ]
output [ ${describeTensor(output)} ]

instance_group [ { kind: KIND_AUTO, count: 1 } ]
dynamic_batching { max_queue_delay_microseconds: ${QUEUE_DELAY_US} }

${batchSizes.map((size) => describeWarmup(input, size)).join("\n")}
`;
}

function describeTensor({ name, datatype, shape }: TensorSpec): string {
  return `{ name: "${name}", data_type: TYPE_${datatype}, dims: [ ${shape.join(", ")} ] }`;
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
