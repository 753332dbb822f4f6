/** An ONNX model in a worker of its own, since the runtime blocks the thread it is on. */
import type { ModelManifest } from "../../../models/contract/manifest.ts";
import { GatewayError } from "../../contract/errors.ts";
import type { OnnxInit, OnnxReply, OnnxRun } from "./onnx_worker.ts";

/** What a session is made of. */
export interface OnnxSessionOptions {
  readonly manifest: ModelManifest;
  /** Path of the ONNX file, or its bytes. */
  readonly model: string | Uint8Array;
  readonly slots: SharedArrayBuffer;
  readonly inputByteLength: number;
  /** Threads inside one inference. */
  readonly threads: number;
  /** Called when the worker died; the session is then of no more use. */
  readonly onDied: (message: string) => void;
}

/** Runs the model; one call at a time makes sense, since the worker has one thread. */
export class OnnxSession implements Disposable {
  readonly #worker: Worker;
  readonly #pending = new Map<number, PromiseWithResolvers<Float32Array>>();
  #nextId = 0;
  #runtime = "";
  /** Why nothing runs any more. */
  #failure: string | undefined;

  private constructor(worker: Worker) {
    this.#worker = worker;
  }

  /**
   * Loads the model and compares its inputs and outputs with the manifest.
   *
   * @throws {Error} when the model does not load or its tensors have other names.
   */
  static async create(options: OnnxSessionOptions): Promise<OnnxSession> {
    const { manifest, model, slots, inputByteLength, threads } = options;
    const worker = new Worker(new URL("./onnx_worker.ts", import.meta.url), { type: "module" });
    const session = new OnnxSession(worker);
    const ready = Promise.withResolvers<Extract<OnnxReply, { kind: "ready" }>>();
    worker.onmessage = (event: MessageEvent<OnnxReply>) => {
      if (event.data.kind === "ready") ready.resolve(event.data);
      else session.#onReply(event.data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      ready.reject(new Error(`Cannot load model ${manifest.name}: ${event.message}`));
      session.#fail(event.message);
      options.onDied(event.message);
    };
    const { input, output } = manifest;
    worker.postMessage(
      { kind: "init", model, input, output, inputByteLength, slots, threads } satisfies OnnxInit,
    );
    try {
      const loaded = await ready.promise;
      assertNames(loaded, manifest);
      session.#runtime = loaded.runtime;
    } catch (error) {
      session[Symbol.dispose]();
      throw error;
    }
    return session;
  }

  /** Name and version of the runtime. */
  get runtime(): string {
    return this.#runtime;
  }

  /**
   * Embeds the inputs in the given slots.
   *
   * @returns f32 [n, dim], not checked.
   * @throws {GatewayError} `internal` when the model fails or the worker died.
   */
  run(slots: readonly number[]): Promise<Float32Array> {
    if (this.#failure !== undefined) return Promise.reject(modelFailed(this.#failure));
    const id = this.#nextId++;
    const pending = Promise.withResolvers<Float32Array>();
    this.#pending.set(id, pending);
    this.#worker.postMessage({ kind: "run", id, slots } satisfies OnnxRun);
    return pending.promise;
  }

  [Symbol.dispose](): void {
    this.#worker.terminate();
    this.#fail("the session is closed");
  }

  #onReply(reply: Exclude<OnnxReply, { kind: "ready" }>): void {
    const pending = this.#pending.get(reply.id);
    this.#pending.delete(reply.id);
    if (reply.kind === "done") pending?.resolve(reply.embeddings);
    else pending?.reject(modelFailed(reply.message));
  }

  #fail(message: string): void {
    this.#failure ??= message;
    for (const pending of this.#pending.values()) pending.reject(modelFailed(message));
    this.#pending.clear();
  }
}

function assertNames(
  loaded: { readonly inputNames: string[]; readonly outputNames: string[] },
  manifest: ModelManifest,
): void {
  const { inputNames, outputNames } = loaded;
  const differs = inputNames.join() !== manifest.input.name ||
    !outputNames.includes(manifest.output.name);
  if (!differs) return;
  throw new Error(
    `Cannot serve model ${manifest.name} as its tensors must be ${manifest.input.name} → ` +
      `${manifest.output.name}: they are ${inputNames} → ${outputNames}`,
  );
}

function modelFailed(message: string): GatewayError {
  return new GatewayError("internal", "Cannot compute embedding because the model failed", {
    cause: message,
  });
}
