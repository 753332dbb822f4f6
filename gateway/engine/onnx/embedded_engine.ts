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
  /** Called after each batch. */
  readonly onBatch?: (images: number, seconds: number) => void;
  /** Called when the model's worker died and another one was started. */
  readonly onRestart?: () => void;
}

/** An `Engine` in this process; its slots lie in one shared buffer. */
export class EmbeddedEngine implements Engine {
  readonly #description: Omit<EngineDescription, "runtime">;
  readonly #allocator: SlotAllocator;
  readonly #buffer: SharedArrayBuffer;
  readonly #options: EmbeddedEngineOptions;
  readonly #batcher: Batcher<number, Float32Array>;
  #session: OnnxSession | undefined;
  /** Times the model was loaded: its file may be another one by now. */
  #loads = 0;
  /** Settles when no worker is being started any more. */
  #restarted = Promise.resolve();
  #isClosed = false;

  private constructor(options: EmbeddedEngineOptions) {
    const { manifest } = options;
    const inputByteLength = itemByteLength(manifest.input);
    this.#options = options;
    this.#allocator = new SlotAllocator(options.slots);
    this.#buffer = new SharedArrayBuffer(this.#allocator.capacity * inputByteLength);
    this.#description = {
      engine: "embedded",
      model: manifest.name,
      modelDigest: options.modelDigest,
      inputDatatype: manifest.input.datatype,
      inputByteLength,
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
    const engine = new EmbeddedEngine(options);
    await engine.#load();
    return engine;
  }

  get description(): EngineDescription {
    return { ...this.#description, runtime: this.#session?.runtime ?? "onnxruntime" };
  }

  get slots(): { total: number; inUse: number } {
    return { total: this.#allocator.total, inUse: this.#allocator.inUse };
  }

  get modelEpoch(): number | undefined {
    return this.#session === undefined ? undefined : this.#loads;
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
    return Promise.resolve(this.#session !== undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#batcher[Symbol.dispose]();
    this.#session?.[Symbol.dispose]();
    this.#session = undefined;
    await this.#restarted;
  }

  async #load(): Promise<void> {
    const session = await OnnxSession.create({
      manifest: this.#options.manifest,
      model: this.#options.model,
      slots: this.#buffer,
      inputByteLength: this.#description.inputByteLength,
      threads: this.#options.threads,
      onDied: () => this.#onDied(),
    });
    this.#loads++;
    if (this.#isClosed) session[Symbol.dispose]();
    else this.#session = session;
  }

  /** Starts another worker after one that had worked died; one that cannot even load stays away. */
  #onDied(): void {
    if (this.#session === undefined) return;
    this.#session = undefined;
    this.#options.onRestart?.();
    this.#restarted = this.#load().catch(() => {});
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
    if (this.#session === undefined) {
      throw new GatewayError(
        "internal",
        "Cannot compute embedding because the model's worker died",
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
