/** Embeddings by a model on an NVIDIA Triton, which may be late, and may go away and come back. */
import { itemByteLength, type ModelManifest } from "../../../models/contract/manifest.ts";
import type { Deadline } from "../../work/deadline.ts";
import type { SlotAddress } from "../../work/slot_address.ts";
import { SlotWriter } from "../../work/slot_writer.ts";
import { checkedRows } from "../embeddings_check.ts";
import type {
  Engine,
  EngineDescription,
  Inference,
  InputLease,
  LeaseHolder,
  SlotUse,
} from "../engine.ts";
import { SlotAllocator } from "../slots.ts";
import { CallBatcher, type SlotSpan, type SpanReply } from "./call_batcher.ts";
import type { CallBounds } from "./call_bounds.ts";
import { connectTriton, type TritonConnection } from "./connection.ts";
import { upstreamUnavailable } from "./failure.ts";
import { ModelCalls } from "./model_calls.ts";
import { ModelWatch } from "../../../triton/model_watch.ts";
import { type LinkChange, ServerLink } from "../../../triton/server_link.ts";
import { packSlots } from "./slot_blocks.ts";
import { slotBytes, slotCapacity, SlotMemory } from "./slot_memory.ts";
import type { TritonServer } from "./triton_server.ts";

/** What a Triton engine is made of. */
export interface TritonEngineOptions {
  /** Shared with the engines of other models; has `slotBytes()` left of its region. */
  readonly server: TritonServer;
  readonly manifest: ModelManifest;
  /** The version that is asked for; Triton chooses unless it is given. */
  readonly version?: string | undefined;
  /** SHA-256 of the model the manifest stands for; the canary proves that Triton serves it. */
  readonly modelDigest: string;
  /** Inputs that may be in flight. */
  readonly slots: number;
  /** Whether to ask twice a second if the model is still the same; without it, `modelEpoch` is never known. */
  readonly watchesModel: boolean;
  /** Called when Triton was found, and whenever the reason it is not there changes. */
  readonly onLink: (change: LinkChange<TritonConnection>) => void;
}

/** Milliseconds in which Triton has to say whether it has the model; it does at once, unless it answers nothing. */
const HEALTH_MS = 1000;
/** Milliseconds between attempts to find Triton; a restart should cost no more than it takes itself. */
const RECONNECT_MS = 100;

/**
 * Slots that are taken in turn, so that inputs of requests that follow each other are neighbours. 24 FP32 inputs of
 * 224 px are 14 MB, which a server's cache still holds; all 256 in turn cost more there than calls saved.
 */
const TURN_SLOTS = 24;

interface TritonLease {
  readonly slots: readonly number[];
  readonly holder: LeaseHolder;
  readonly connection: TritonConnection;
}

/** A model on a Triton. It fails fast while the model cannot be asked, and looks for it meanwhile. */
export class TritonEngine implements Engine {
  readonly #options: TritonEngineOptions;
  readonly #allocator: SlotAllocator;
  readonly #link: ServerLink<TritonConnection>;
  readonly #watch: ModelWatch | undefined;
  readonly #silence: Disposable;
  readonly #calls: ModelCalls;
  readonly #batcher: CallBatcher;
  readonly #memory: SlotMemory;
  readonly #writer = new SlotWriter();
  /** The last connection that leases were taken under; its layout decides where slots lie. */
  #layout: TritonConnection | undefined;
  /** What is said of a connection, made once: every request asks for it. */
  #described:
    | { connection: TritonConnection | undefined; description: EngineDescription }
    | undefined;

  private constructor(options: TritonEngineOptions) {
    this.#options = options;
    const { server, manifest, version, slots, watchesModel } = options;
    const { client, pulse } = server;
    const byteLength = slotBytes(manifest.input, slots);
    const share = server.allocate(byteLength);
    this.#allocator = new SlotAllocator(slots, { inTurn: TURN_SLOTS });
    this.#memory = new SlotMemory(share, byteLength);
    this.#silence = server.watchSilence((cause) => this.#lose(cause));
    this.#calls = new ModelCalls({ client, manifest, version, share, pulse });
    this.#batcher = new CallBatcher({
      batchMax: manifest.max_batch_size,
      run: (span, bounds) => this.#call(span, bounds),
      onDropped: () => this.#calls.recordNothing(),
    });
    this.#watch = watchesModel
      ? new ModelWatch((limits) => client.statistics(manifest.name, limits, version))
      : undefined;
    const probeSlot = slotCapacity(slots) - 1;
    this.#link = new ServerLink({
      connect: (signal) => connectTriton({ client, manifest, version, share, probeSlot }, signal),
      retryMs: RECONNECT_MS,
      onChange: (change) => {
        if (change.isUp) this.#watch?.renew();
        options.onLink(change);
      },
    });
  }

  /** Looks for Triton once; an engine whose Triton is not there yet is created all the same. */
  static async create(options: TritonEngineOptions): Promise<TritonEngine> {
    const engine = new TritonEngine(options);
    await engine.#link.open();
    return engine;
  }

  get description(): EngineDescription {
    const connection = this.#link.connection ?? this.#layout;
    const known = this.#described;
    if (known !== undefined && known.connection === connection) return known.description;
    const description = this.#describe(connection);
    this.#described = { connection, description };
    return description;
  }

  #describe(connection: TritonConnection | undefined): EngineDescription {
    const { manifest, modelDigest } = this.#options;
    const version = connection?.serverVersion;
    return {
      engine: "triton",
      model: manifest.name,
      modelDigest,
      inputDatatype: connection?.input.datatype ?? manifest.input.datatype,
      inputByteLength: connection?.inputByteLength ?? itemByteLength(manifest.input),
      embeddingDim: manifest.output.shape[0] as number,
      tensorPath: connection?.tensorPath ?? "inline",
      batchImagesMax: manifest.max_batch_size,
      memory: { slotBytes: slotBytes(manifest.input, this.#options.slots) },
      runtime: version === undefined ? "triton (not connected)" : `triton ${version}`,
    };
  }

  get slots(): SlotUse {
    return this.#allocator;
  }

  get modelEpoch(): number | undefined {
    return this.#link.connection === undefined ? undefined : this.#watch?.epoch;
  }

  lease(inputCount: number, holder: LeaseHolder = "request"): InputLease | undefined {
    const { connection } = this.#link;
    if (connection === undefined) throw upstreamUnavailable(this.#link.reason);
    if (holder === "request") this.#calls.assertWorthwhile();
    if (!this.#adopt(connection)) return undefined;
    const slots = this.#allocator.take(inputCount, holder);
    if (slots === undefined) return undefined;
    const addresses = slots.map((slot) => this.#memory.address(slot, connection));
    const held = { slots, holder, connection };
    let isOpen = true;
    return {
      addresses,
      infer: (positions, deadline) => this.#infer(held, positions, deadline),
      inferHere: async (encode, deadline) => {
        deadline.assertRemainingMs();
        this.#writer.write(encode(), addresses[0] as SlotAddress);
        return await this.#infer(held, [0], deadline);
      },
      [Symbol.dispose]: () => {
        if (isOpen) this.#allocator.release(slots);
        isOpen = false;
      },
    };
  }

  /** Asks for the model, too: one that was unloaded while nobody used it would be found out by the next request. */
  async healthy(): Promise<boolean> {
    const { server: { pulse } } = this.#options;
    if (this.#link.connection === undefined || !await pulse.isAlive()) return false;
    const isLoaded = await this.#isLoaded();
    if (isLoaded === false) this.#lose(new Error("Triton does not serve the model any more"));
    // A server that did not answer is given up by its pulse, for all models, or not at all.
    return isLoaded ?? await pulse.isAlive();
  }

  /** Whether Triton has the model; `undefined` where it does not say. */
  async #isLoaded(): Promise<boolean | undefined> {
    const { server: { client }, manifest: { name }, version } = this.#options;
    try {
      return await client.modelReady(name, { timeoutMs: HEALTH_MS }, version);
    } catch {
      return undefined;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#batcher[Symbol.dispose]();
    this.#silence[Symbol.dispose]();
    await this.#link[Symbol.asyncDispose]();
    await this.#watch?.[Symbol.asyncDispose]();
    this.#writer[Symbol.dispose]();
  }

  #lose(cause: Error): void {
    const { connection } = this.#link;
    if (connection !== undefined) this.#link.lose(connection, cause);
  }

  /** Lets a connection with another layout of slots take over once no slot of the last one is held. */
  #adopt(connection: TritonConnection): boolean {
    const isSame = this.#layout?.inputByteLength === connection.inputByteLength &&
      this.#layout.tensorPath === connection.tensorPath;
    if (!isSame && this.#allocator.isAnyTaken) return false;
    this.#layout = connection;
    return true;
  }

  async #infer(
    { slots, holder, connection }: TritonLease,
    positions: readonly number[],
    deadline: Deadline,
  ): Promise<Inference> {
    this.#calls.assertAllowed();
    const started = performance.now();
    const { embeddingDim: dim, batchImagesMax } = this.description;
    // The canary asks whether the model can be asked: nobody's load delays it, and no neighbour's failure is its own.
    // An input that is sent along costs by its bytes, and would have to wait for those of its neighbours.
    const goesAlone = holder === "canary" || connection.tensorPath === "inline";
    let queueMs = 0;
    // Blocks keep the order of positions, and so do their rows.
    const rows = await Promise.all(
      packSlots(slots, positions, batchImagesMax).map(async (block) => {
        const span = { firstSlot: block.firstSlot, count: block.count, connection };
        const reply: SpanReply = goesAlone
          ? { values: await this.#call(span, deadline), queueMs }
          : await this.#batcher.add(span, deadline);
        queueMs = Math.max(queueMs, reply.queueMs);
        const expected = { count: block.count, dim, wanted: block.rows.map(({ row }) => row) };
        return checkedRows(reply.values, expected, "upstream_error");
      }),
    );
    return { rows: rows.flat(), queueMs, computeMs: performance.now() - started - queueMs };
  }

  #call(span: SlotSpan, deadline: CallBounds): Promise<Float32Array> {
    const { connection } = span;
    return this.#calls.infer({
      input: this.#memory.tensor(span, connection),
      deadline,
      onLost: (cause) => this.#link.lose(connection, cause),
    });
  }
}
