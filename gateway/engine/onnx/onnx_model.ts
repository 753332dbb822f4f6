/** An ONNX model on the calling thread, which the runtime blocks while it runs. */
import { env, InferenceSession, type Tensor } from "onnxruntime-node";
import { BatchTensor, tensorOf } from "./batch_tensor.ts";
import type { LoadedModel, OnnxSettings } from "./loaded_model.ts";

/** A loaded model; one run at a time. */
export class OnnxModel {
  readonly about: LoadedModel;
  readonly #session: InferenceSession;
  readonly #settings: OnnxSettings;
  readonly #batch: BatchTensor;

  private constructor(session: InferenceSession, settings: OnnxSettings) {
    this.#session = session;
    this.#settings = settings;
    this.#batch = new BatchTensor(settings.input);
    this.about = {
      inputNames: [...session.inputNames],
      outputNames: [...session.outputNames],
      runtime: `onnxruntime ${env.versions.node ?? env.versions.common}`,
    };
  }

  /** @throws {Error} when the runtime does not take it. */
  static async load(settings: OnnxSettings): Promise<OnnxModel> {
    env.logLevel = "error";
    const { model, threads } = settings;
    const options: InferenceSession.SessionOptions = {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: "sequential",
      graphOptimizationLevel: "all",
      // Threads that spin between runs would take the cores from the workers that decode.
      extra: { session: { intra_op: { allow_spinning: "0" } } },
    };
    const session = typeof model === "string"
      ? await InferenceSession.create(model, options)
      : await InferenceSession.create(model, options);
    return new OnnxModel(session, settings);
  }

  /**
   * Runs the model on slots, as one batch.
   *
   * @returns f32 [n, dim], row-major, not checked; the caller's own.
   */
  async run(slots: readonly number[]): Promise<Float32Array<ArrayBuffer>> {
    return await this.#run(this.#batch.gather(this.#settings.slots, slots));
  }

  /**
   * Runs the model on one input where it lies.
   *
   * @returns f32 [1, dim], not checked; the caller's own.
   */
  async runOn(input: Uint8Array<ArrayBuffer>): Promise<Float32Array<ArrayBuffer>> {
    return await this.#run(tensorOf(input, 1, this.#settings.input));
  }

  async #run(images: Tensor): Promise<Float32Array<ArrayBuffer>> {
    const { input, output } = this.#settings;
    const { [output.name]: tensor } = await this.#session.run({ [input.name]: images }, [
      output.name,
    ]);
    if (tensor === undefined) throw new Error(`Cannot find output ${output.name}`);
    // A copy of its own, since the tensor's memory is the runtime's.
    return new Float32Array(tensor.data as Float32Array);
  }
}
