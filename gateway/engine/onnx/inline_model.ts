/** A model on the thread of whoever asks: for one that is over before another thread would have woken up. */
import type { ModelManifest } from "../../../models/contract/manifest.ts";
import { GatewayError } from "../../contract/errors.ts";
import type { ModelRunner } from "./model_runner.ts";
import { contradiction } from "./loaded_model.ts";
import { OnnxModel } from "./onnx_model.ts";

/** What is loaded. */
export interface InlineModelOptions {
  readonly manifest: ModelManifest;
  /** Path of the ONNX file, or its bytes. */
  readonly model: string | Uint8Array;
  readonly slots: SharedArrayBuffer;
}

/** A `ModelRunner` without any worker; a run that hangs hangs its thread. */
export class InlineModel implements ModelRunner {
  readonly loads = 1;
  readonly runtime: string;
  readonly #model: OnnxModel;
  #isReady = true;

  private constructor(model: OnnxModel) {
    this.#model = model;
    this.runtime = model.about.runtime;
  }

  /**
   * Loads the model and compares its inputs and outputs with the manifest.
   *
   * @throws {Error} when the model does not load or its tensors have other names.
   */
  static async create({ manifest, model, slots }: InlineModelOptions): Promise<InlineModel> {
    const { name, input, output } = manifest;
    let loaded: OnnxModel;
    try {
      loaded = await OnnxModel.load({ model, input, output, slots, threads: 1 });
    } catch (cause) {
      throw new Error(`Cannot load model ${name}: ${cause}`, { cause });
    }
    const difference = contradiction(loaded.about, manifest);
    if (difference === undefined) return new InlineModel(loaded);
    throw new Error(`Cannot serve model ${name} as ${difference}`);
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  run(slots: readonly number[]): Promise<Float32Array> {
    return told(this.#model.run(slots));
  }

  runHere(input: Uint8Array<ArrayBuffer>): Promise<Float32Array> {
    return told(this.#model.runOn(input));
  }

  [Symbol.dispose](): void {
    this.#isReady = false;
  }
}

async function told<T>(run: Promise<T>): Promise<T> {
  try {
    return await run;
  } catch (cause) {
    throw new GatewayError("internal", "Cannot compute embedding because the model failed", {
      cause,
    });
  }
}
