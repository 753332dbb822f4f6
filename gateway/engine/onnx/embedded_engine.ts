/** Embeddings without a server: onnxruntime in a worker, batched across requests. */
import { itemByteLength, type ModelManifest } from "../../../models/contract/manifest.ts";
import { Batcher } from "./batcher.ts";
import type { Deadline } from "../../work/deadline.ts";
import type { SlotAddress } from "../../work/slot_address.ts";
import { SlotWriter } from "../../work/slot_writer.ts";
import { Turns } from "../../work/turns.ts";
import { GatewayError } from "../../contract/errors.ts";
import { assertFinite, countedRows } from "../embeddings_check.ts";
import type {
  Engine,
  EngineDescription,
  Inference,
  InputLease,
  LeaseHolder,
  SlotUse,
} from "../engine.ts";
import type { ModelRunner } from "./model_runner.ts";
import { OnnxSession } from "./onnx_session.ts";
import { SlotAllocator } from "../slots.ts";

/** What an embedded engine is made of. */
export interface EmbeddedEngineOptions {
  readonly manifest: ModelManifest;
  /** Path of the ONNX file, or its bytes. */
  readonly model: string | Uint8Array;
  /** SHA-256 of the ONNX file, hex. */
  readonly modelDigest: string;
  /** Bytes of the ONNX file, and of its data where it has some. */
  readonly modelBytes: number;
  /** Inputs that may be in flight. */
  readonly slots: number;
  readonly batchImagesMax: number;
  readonly batchDelayMsMax: number;
  /** Threads inside one inference. */
  readonly threads: number;
  /** The longest deadline of a request, in milliseconds. */
  readonly requestTimeoutMs: number;
  /** Runs the model on the calling thread in place of a worker of its own: for small models only. */
  readonly runsInline?: boolean;
  /** Called after each batch. */
  readonly onBatch?: (images: number, seconds: number) => void;
  /** Called when the model's worker died or hung and another one is started, with what it last said. */
  readonly onRestart?: (reason: string) => void;
}

/** What is made before an engine is. */
interface Parts {
  readonly allocator: SlotAllocator;
  readonly buffer: SharedArrayBuffer;
  readonly session: ModelRunner;
}

/** What a lease holds. */
interface HeldSlots {
  readonly slots: readonly number[];
  readonly addresses: readonly SlotAddress[];
}

/** Milliseconds a batch may run where requests' deadlines are shorter: a slow machine is no worker that hangs. */
const RUN_MS = 30_000;

/** An `Engine` in this process; its slots lie in one shared buffer. */
export class EmbeddedEngine implements Engine {
  /** Made anew only when the runtime changes: every request asks for it. */
  #description: EngineDescription;
  readonly #allocator: SlotAllocator;
  readonly #buffer: SharedArrayBuffer;
  readonly #options: EmbeddedEngineOptions;
  readonly #batcher: Batcher<number, Float32Array>;
  readonly #session: ModelRunner;
  readonly #writer = new SlotWriter();
  /** Inputs that are made on this thread: one is read before the next is made. */
  readonly #turns = new Turns();

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
      memory: {
        slotBytes: buffer.byteLength,
        modelBytes: options.modelBytes,
        threads: options.runsInline ? 1 : options.threads,
      },
      runtime: session.runtime,
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
    const allocator = new SlotAllocator(options.slots);
    const inputByteLength = itemByteLength(options.manifest.input);
    const buffer = new SharedArrayBuffer(allocator.capacity * inputByteLength);
    const session = await createRunner(options, buffer);
    return new EmbeddedEngine(options, { allocator, buffer, session });
  }

  get description(): EngineDescription {
    const { runtime } = this.#session;
    if (this.#description.runtime !== runtime) {
      this.#description = { ...this.#description, runtime };
    }
    return this.#description;
  }

  get slots(): SlotUse {
    return this.#allocator;
  }

  get modelEpoch(): number | undefined {
    return this.#session.isReady ? this.#session.loads : undefined;
  }

  lease(inputCount: number, holder?: LeaseHolder): InputLease | undefined {
    const slots = this.#allocator.take(inputCount, holder);
    if (slots === undefined) return undefined;
    const { inputByteLength, inputDatatype: datatype } = this.#description;
    const addresses = slots.map((slot) => ({
      kind: "memory" as const,
      datatype,
      buffer: this.#buffer,
      byteOffset: slot * inputByteLength,
    }));
    let isOpen = true;
    return {
      addresses,
      infer: (positions, deadline) =>
        this.#infer(positions.map((position) => slots[position] as number), deadline),
      inferHere: (encode, deadline) => this.#inferHere({ slots, addresses }, encode, deadline),
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
    this.#writer[Symbol.dispose]();
    return Promise.resolve();
  }

  async #infer(slots: readonly number[], deadline: Deadline): Promise<Inference> {
    const batched = await Promise.all(slots.map((slot) => this.#batcher.add(slot, deadline)));
    // Those that shared the batch are other requests', which may be good.
    const rows = batched.map(({ result }) => result);
    assertFinite(rows, "internal");
    return {
      rows,
      queueMs: Math.max(0, ...batched.map(({ queueMs }) => queueMs)),
      computeMs: Math.max(0, ...batched.map(({ runMs }) => runMs)),
    };
  }

  async #inferHere(
    { slots, addresses: [address] }: HeldSlots,
    encode: () => Uint8Array<ArrayBuffer>,
    deadline: Deadline,
  ): Promise<Inference> {
    const session = this.#session;
    const runHere = session.runHere?.bind(session);
    if (runHere === undefined) {
      deadline.assertRemainingMs();
      this.#writer.write(encode(), address as SlotAddress);
      return await this.#infer(slots, deadline);
    }
    const addedMs = performance.now();
    return await this.#turns.take(async () => {
      deadline.assertRemainingMs();
      const queueMs = performance.now() - addedMs;
      const input = encode();
      const startedMs = performance.now();
      const rows = await this.#counted(1, runHere(input));
      assertFinite(rows, "internal");
      return { rows, queueMs, computeMs: performance.now() - startedMs };
    });
  }

  async #run(slots: readonly number[]): Promise<Float32Array[]> {
    if (!this.#session.isReady) {
      throw new GatewayError(
        "internal",
        "Cannot compute embedding because the model's worker died",
        { cause: "another one is being started, or could not start" },
      );
    }
    return await this.#counted(slots.length, this.#session.run(slots));
  }

  async #counted(count: number, run: Promise<Float32Array>): Promise<Float32Array[]> {
    const started = performance.now();
    const embeddings = await run;
    const rows = countedRows(
      embeddings,
      { count, dim: this.#description.embeddingDim },
      "internal",
    );
    this.#options.onBatch?.(count, (performance.now() - started) / 1000);
    return rows;
  }
}

async function createRunner(
  options: EmbeddedEngineOptions,
  slots: SharedArrayBuffer,
): Promise<ModelRunner> {
  const { manifest, model, threads, requestTimeoutMs, onRestart } = options;
  if (options.runsInline) {
    // Only here, so that no thread loads the runtime that does not run a model.
    const { InlineModel } = await import("./inline_model.ts");
    return await InlineModel.create({ manifest, model, slots });
  }
  return await OnnxSession.create({
    manifest,
    model,
    slots,
    threads,
    runMsMax: Math.max(RUN_MS, requestTimeoutMs),
    onDied: (reason) => onRestart?.(reason),
  });
}
