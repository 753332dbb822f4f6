/** Worker entry: runs an ONNX model on inputs that lie in shared memory. */
import { env, InferenceSession } from "onnxruntime-node";
import type { TensorSpec } from "../../../models/contract/manifest.ts";
import { serveJobs } from "../../work/serve_jobs.ts";
import { BatchTensor } from "./batch_tensor.ts";

/** The model and where its inputs will lie. */
export interface OnnxSettings {
  /** Path of the ONNX file, or its bytes. */
  readonly model: string | Uint8Array;
  readonly input: TensorSpec;
  readonly output: TensorSpec;
  readonly slots: SharedArrayBuffer;
  readonly threads: number;
}

/** Slots to run the model on, as one batch. */
export type OnnxJob = readonly number[];

/** f32 [n, dim], row-major, not checked. */
export type OnnxResult = Float32Array<ArrayBuffer>;

/** What a worker has loaded. */
export interface LoadedModel {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** Name and version of the runtime. */
  readonly runtime: string;
}

serveJobs<OnnxSettings, OnnxJob, OnnxResult, LoadedModel>(async (settings) => {
  const session = await load(settings);
  const batch = new BatchTensor(settings.input);
  const { input, output, slots: memory } = settings;
  return {
    about: {
      inputNames: [...session.inputNames],
      outputNames: [...session.outputNames],
      runtime: `onnxruntime ${env.versions.node ?? env.versions.common}`,
    },
    run: async (slots) => {
      const feeds = { [input.name]: batch.gather(memory, slots) };
      const { [output.name]: tensor } = await session.run(feeds, [output.name]);
      if (tensor === undefined) throw new Error(`Cannot find output ${output.name}`);
      // A copy of its own, since the tensor's memory is the runtime's and may not be transferred.
      return new Float32Array(tensor.data as Float32Array);
    },
    transferOf: (embeddings) => [embeddings.buffer],
  };
});

async function load({ model, threads }: OnnxSettings): Promise<InferenceSession> {
  env.logLevel = "error";
  const options: InferenceSession.SessionOptions = {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: "sequential",
    graphOptimizationLevel: "all",
    // Threads that spin between runs would take the cores from the workers that decode.
    extra: { session: { intra_op: { allow_spinning: "0" } } },
  };
  return typeof model === "string"
    ? await InferenceSession.create(model, options)
    : await InferenceSession.create(model, options);
}
