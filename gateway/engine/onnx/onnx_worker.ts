/** Worker entry: runs an ONNX model on inputs that lie in shared memory. */
/// <reference lib="deno.worker" />
import { env, InferenceSession, Tensor } from "onnxruntime-node";
import type { TensorSpec } from "../../../models/contract/manifest.ts";

/** First message: the model and where its inputs will lie. */
export interface OnnxInit {
  readonly kind: "init";
  /** Path of the ONNX file, or its bytes. */
  readonly model: string | Uint8Array;
  readonly input: TensorSpec;
  readonly output: TensorSpec;
  readonly inputByteLength: number;
  readonly slots: SharedArrayBuffer;
  readonly threads: number;
}

/** Runs the model on the inputs in the given slots. */
export interface OnnxRun {
  readonly kind: "run";
  readonly id: number;
  readonly slots: readonly number[];
}

/** What the worker answers. */
export type OnnxReply =
  | {
    readonly kind: "ready";
    readonly inputNames: string[];
    readonly outputNames: string[];
    /** Name and version of the runtime. */
    readonly runtime: string;
  }
  | { readonly kind: "done"; readonly id: number; readonly embeddings: Float32Array<ArrayBuffer> }
  | { readonly kind: "failed"; readonly id: number; readonly message: string };

interface Loaded extends OnnxInit {
  readonly session: InferenceSession;
}

declare const self: DedicatedWorkerGlobalScope;

let loaded: Loaded | undefined;

self.onmessage = (event: MessageEvent<OnnxInit | OnnxRun>) => {
  const message = event.data;
  if (message.kind === "init") {
    // A model that does not load is thrown, which ends the worker; the engine reports it.
    load(message).catch((error) =>
      queueMicrotask(() => {
        throw error;
      })
    );
    return;
  }
  run(message.slots).then(
    (embeddings) =>
      self.postMessage({ kind: "done", id: message.id, embeddings } satisfies OnnxReply, [
        embeddings.buffer,
      ]),
    (error) =>
      self.postMessage(
        { kind: "failed", id: message.id, message: String(error) } satisfies OnnxReply,
      ),
  );
};

async function load(init: OnnxInit): Promise<void> {
  env.logLevel = "error";
  const options: InferenceSession.SessionOptions = {
    intraOpNumThreads: init.threads,
    interOpNumThreads: 1,
    executionMode: "sequential",
    graphOptimizationLevel: "all",
    // Threads that spin between runs would take the cores from the workers that decode.
    extra: { session: { intra_op: { allow_spinning: "0" } } },
  };
  const session = typeof init.model === "string"
    ? await InferenceSession.create(init.model, options)
    : await InferenceSession.create(init.model, options);
  loaded = { ...init, session };
  self.postMessage(
    {
      kind: "ready",
      inputNames: [...session.inputNames],
      outputNames: [...session.outputNames],
      runtime: `onnxruntime ${env.versions.node ?? env.versions.common}`,
    } satisfies OnnxReply,
  );
}

async function run(slots: readonly number[]): Promise<Float32Array<ArrayBuffer>> {
  if (loaded === undefined) throw new Error("Cannot run model before init");
  const { session, input, output } = loaded;
  const feeds = { [input.name]: gather(loaded, slots) };
  const { [output.name]: tensor } = await session.run(feeds, [output.name]);
  if (tensor === undefined) throw new Error(`Cannot find output ${output.name}`);
  // A copy of its own, since the tensor's memory is the runtime's and may not be transferred.
  return new Float32Array(tensor.data as Float32Array);
}

/** Copies the inputs into one batch: the runtime takes no tensors over shared memory. */
function gather(model: Loaded, slots: readonly number[]): Tensor {
  const { input, inputByteLength } = model;
  const bytes = new Uint8Array(slots.length * inputByteLength);
  slots.forEach((slot, index) =>
    bytes.set(
      new Uint8Array(model.slots, slot * inputByteLength, inputByteLength),
      index * inputByteLength,
    )
  );
  const dims = [slots.length, ...input.shape];
  return input.datatype === "FP32"
    ? new Tensor("float32", new Float32Array(bytes.buffer), dims)
    : new Tensor("uint8", bytes, dims);
}
