/** Embeddings without a server: onnxruntime in a worker, batched across requests. */
import { itemByteLength, type ModelManifest } from "../../../models/contract/manifest.ts";
import { Batcher } from "./batcher.ts";
import type { Deadline } from "../../work/deadline.ts";
import { GatewayError } from "../../contract/errors.ts";
import { checkedRows } from "../embeddings_check.ts";
import type { Engine, EngineDescription, Inference, InputLease, LeaseHolder } from "../engine.ts";
import { OnnxSession } from "./onnx_session.ts";
import { SlotAllocator } from "../slots.ts";

/** What an embedded engine is made of. */
export interface EmbeddedEngineOptions {
  readonly manifest: ModelManifest;
  /** Path of the ONNX file, or its bytes. */
  readonly model: string | Uint8Array;
  /** SHA-256 of the ONNX file, hex. */
  readonly modelDigest: string;
  /** Inputs that may be in flight. */
  readonly slots: number;
  readonly batchImagesMax: number;
  readonly batchDelayMsMax: number;
  /** Threads inside one inference. */
  readonly threads: number;
  /** The longest deadline of a request, in milliseconds. */
  readonly requestTimeoutMs: number;
  /** Called after each batch. */
  readonly onBatch?: (images: number, seconds: number) => void;
  /** Called when the model's worker died or hung and another one is started, with what it last said. */
  readonly onRestart?: (reason: string) => void;
}

/** What is made before an engine is. */
interface Parts {
  readonly allocator: SlotAllocator;
  readonly buffer: SharedArrayBuffer;
  readonly session: OnnxSession;
}

/** Milliseconds a batch may run where requests' deadlines are shorter: a slow machine is no worker that hangs. */
const RUN_MS = 30_000;

/** An `Engine` in this process; its slots lie in one shared buffer. */
export class EmbeddedEngine implements Engine {
  readonly #description: Omit<EngineDescription, "runtime">;
  readonly #allocator: SlotAllocator;
  readonly #buffer: SharedArrayBuffer;
  readonly #options: EmbeddedEngineOptions;
  readonly #batcher: Batcher<number, Float32Array>;
  readonly #session: OnnxSession;

  private constructor(options: EmbeddedEngineOptions, { allocator, buffer, session }: Parts) {
    const { manifest } = options;
    this.#options = options;
    this.#allocator = allocator;
    this.#buffer = buffer;
    this.#session = session;
    this.#description = {
      engine: "embedded",
      model: manifest.name,
      modelDigest: options.modelDigest,
      inputDatatype: manifest.input.datatype,
      inputByteLength: itemByteLength(manifest.input),
      embeddingDim: manifest.output.shape[0] as number,
      tensorPath: "memory",
      batchImagesMax: options.batchImagesMax,
    };
    this.#batcher = new Batcher({
      batchMax: options.batchImagesMax,
      delayMsMax: options.batchDelayMsMax,
      runsMax: 1,
      run: (slots) => this.#run(slots),
    });
  }

  /**
   * Loads the model and waits until it is ready.
   *
   * @throws {Error} when the model does not load or contradicts its manifest.
   */
  static async create(options: EmbeddedEngineOptions): Promise<EmbeddedEngine> {
    const { manifest, model, threads, requestTimeoutMs, onRestart } = options;
    const inputByteLength = itemByteLength(manifest.input);
    const allocator = new SlotAllocator(options.slots);
    const buffer = new SharedArrayBuffer(allocator.capacity * inputByteLength);
    const session = await OnnxSession.create({
      manifest,
      model,
      slots: buffer,
      threads,
      runMsMax: Math.max(RUN_MS, requestTimeoutMs),
      onDied: (reason) => onRestart?.(reason),
    });
    return new EmbeddedEngine(options, { allocator, buffer, session });
  }

  get description(): EngineDescription {
    return { ...this.#description, runtime: this.#session.runtime };
  }

  get slots(): { total: number; inUse: number } {
    return { total: this.#allocator.total, inUse: this.#allocator.inUse };
  }

  get modelEpoch(): number | undefined {
    return this.#session.isReady ? this.#session.loads : undefined;
  }

  lease(inputCount: number, holder?: LeaseHolder): InputLease | undefined {
    const slots = this.#allocator.take(inputCount, holder);
    if (slots === undefined) return undefined;
    const { inputByteLength, inputDatatype: datatype } = this.#description;
    let isOpen = true;
    return {
      addresses: slots.map((slot) => ({
        kind: "memory",
        datatype,
        buffer: this.#buffer,
        byteOffset: slot * inputByteLength,
      })),
      infer: (positions, deadline) =>
        this.#infer(positions.map((position) => slots[position] as number), deadline),
      [Symbol.dispose]: () => {
        if (isOpen) this.#allocator.release(slots);
        isOpen = false;
      },
    };
  }

  healthy(): Promise<boolean> {
    return Promise.resolve(this.#session.isReady);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#batcher[Symbol.dispose]();
    this.#session[Symbol.dispose]();
    return Promise.resolve();
  }

  async #infer(slots: readonly number[], deadline: Deadline): Promise<Inference> {
    const batched = await Promise.all(slots.map((slot) => this.#batcher.add(slot, deadline)));
    return {
      rows: batched.map(({ result }) => result),
      queueMs: Math.max(0, ...batched.map(({ queueMs }) => queueMs)),
      computeMs: Math.max(0, ...batched.map(({ runMs }) => runMs)),
    };
  }

  async #run(slots: readonly number[]): Promise<Float32Array[]> {
    if (!this.#session.isReady) {
      throw new GatewayError(
        "internal",
        "Cannot compute embedding because the model's worker died",
        { cause: "another one is being started, or could not start" },
      );
    }
    const started = performance.now();
    const embeddings = await this.#session.run(slots);
    const dim = this.#description.embeddingDim;
    const rows = checkedRows(embeddings, { count: slots.length, dim }, "internal");
    this.#options.onBatch?.(slots.length, (performance.now() - started) / 1000);
    return rows;
  }
}
