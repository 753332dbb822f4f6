/** Embeddings by an NVIDIA Triton that stands beside the gateway, may be late, and may go away and come back. */
import { itemByteLength, type ModelManifest } from "../../../models/contract/manifest.ts";
import type { TritonClient } from "../../../triton/client.ts";
import { TritonError } from "../../../triton/errors.ts";
import type { SharedMemoryRegion } from "../../../triton/shared_memory.ts";
import type { Deadline } from "../../work/deadline.ts";
import { checkedRows } from "../embeddings_check.ts";
import { CircuitBreaker } from "./circuit_breaker.ts";
import type {
  Engine,
  EngineDescription,
  Inference,
  InputLease,
  LeaseHolder,
  SlotAddress,
} from "../engine.ts";
import { ModelWatch } from "./model_watch.ts";
import { RetryBudget } from "./retry_budget.ts";
import { type LinkChange, ServerLink } from "./server_link.ts";
import { packSlots, type SlotBlock } from "./slot_blocks.ts";
import { SlotAllocator } from "../slots.ts";
import { connectTriton, type TritonConnection } from "./connection.ts";
import { toUpstreamError, upstreamUnavailable } from "./failure.ts";

/** What a Triton engine is made of. */
export interface TritonEngineOptions {
  readonly client: TritonClient;
  readonly manifest: ModelManifest;
  /** SHA-256 of the model the manifest stands for; the canary proves that Triton serves it. */
  readonly modelDigest: string;
  /** Inputs that may be in flight. */
  readonly slots: number;
  /** The region that input slots lie in, `slotCapacity(slots)` inputs long; absent where tensors go inline. */
  readonly region: SharedMemoryRegion | undefined;
  /** Why there is no region. */
  readonly noRegionReason: string | undefined;
  /** Regions of dead gateways, which Triton is told to forget. */
  readonly staleRegions: readonly string[];
  /** Whether to refuse a Triton that does not see the region, instead of sending inline. */
  readonly requiresSharedMemory: boolean;
  /** Whether to ask twice a second if the model is still the same; without it, `modelEpoch` is never known. */
  readonly watchesModel: boolean;
  /** Called when Triton was found, and whenever the reason it is not there changes. */
  readonly onLink: (change: LinkChange<TritonConnection>) => void;
}

/** Slots a region must have room for: those of requests, the canary's, and one to probe the region with. */
export function slotCapacity(slots: number): number {
  return slots + 2;
}

/** Milliseconds between attempts to find Triton; a restart should cost no more than it takes itself. */
const RECONNECT_MS = 100;
/** Failures in a row after which Triton is asked only now and then. */
const BREAKER = { failuresMax: 5, openMs: 1000 };
/** Share of the deadline that must be left for a second attempt to make sense. */
const RETRY_TIME_SHARE = 0.3;

interface TritonLease {
  readonly slots: readonly number[];
  readonly connection: TritonConnection;
}

/** An `Engine` that is never the last to know: it fails fast while Triton is away and looks for it meanwhile. */
export class TritonEngine implements Engine {
  readonly #options: TritonEngineOptions;
  readonly #allocator: SlotAllocator;
  readonly #link: ServerLink<TritonConnection>;
  readonly #watch: ModelWatch | undefined;
  readonly #breaker = new CircuitBreaker(BREAKER);
  readonly #budget = new RetryBudget();
  #memory: SharedArrayBuffer | undefined;
  /** The last connection that leases were taken under; its layout decides where slots lie. */
  #layout: TritonConnection | undefined;

  private constructor(options: TritonEngineOptions) {
    this.#options = options;
    this.#allocator = new SlotAllocator(options.slots);
    const { client, manifest, watchesModel } = options;
    this.#watch = watchesModel
      ? new ModelWatch((limits) => client.statistics(manifest.name, limits))
      : undefined;
    this.#link = new ServerLink({
      connect: (signal) =>
        connectTriton({ ...options, probeSlot: slotCapacity(options.slots) - 1 }, signal),
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
    const { manifest, modelDigest } = this.#options;
    const connection = this.#link.connection ?? this.#layout;
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
      runtime: version === undefined ? "triton (not connected)" : `triton ${version}`,
    };
  }

  get slots(): { total: number; inUse: number } {
    return { total: this.#allocator.total, inUse: this.#allocator.inUse };
  }

  get modelEpoch(): number | undefined {
    return this.#link.connection === undefined ? undefined : this.#watch?.epoch;
  }

  lease(inputCount: number, holder: LeaseHolder = "request"): InputLease | undefined {
    const { connection } = this.#link;
    if (connection === undefined) throw upstreamUnavailable(this.#link.reason);
    if (holder === "request" && this.#breaker.isOpen) throw upstreamUnavailable("breaker is open");
    if (!this.#adopt(connection)) return undefined;
    const slots = this.#allocator.take(inputCount, holder);
    if (slots === undefined) return undefined;
    let isOpen = true;
    return {
      addresses: slots.map((slot) => this.#address(slot, connection)),
      infer: (positions, deadline) => this.#infer({ slots, connection }, positions, deadline),
      [Symbol.dispose]: () => {
        if (isOpen) this.#allocator.release(slots);
        isOpen = false;
      },
    };
  }

  healthy(): Promise<boolean> {
    return Promise.resolve(this.#link.connection !== undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#link[Symbol.asyncDispose]();
    await this.#watch?.[Symbol.asyncDispose]();
  }

  /** Lets a connection with another layout of slots take over once no slot of the last one is held. */
  #adopt(connection: TritonConnection): boolean {
    const isSame = this.#layout?.inputByteLength === connection.inputByteLength &&
      this.#layout.tensorPath === connection.tensorPath;
    if (!isSame && this.#allocator.isAnyTaken) return false;
    this.#layout = connection;
    return true;
  }

  #address(slot: number, connection: TritonConnection): SlotAddress {
    const byteOffset = slot * connection.inputByteLength;
    const { datatype } = connection.input;
    const { region } = this.#options;
    if (connection.tensorPath === "shared_memory" && region !== undefined) {
      return { kind: "shm", datatype, fd: region.fd, byteOffset };
    }
    this.#memory ??= new SharedArrayBuffer(
      slotCapacity(this.#allocator.total) * itemByteLength(this.#options.manifest.input),
    );
    return { kind: "memory", datatype, buffer: this.#memory, byteOffset };
  }

  async #infer(
    lease: TritonLease,
    positions: readonly number[],
    deadline: Deadline,
  ): Promise<Inference> {
    if (!this.#breaker.allow()) throw upstreamUnavailable("breaker is open");
    const started = performance.now();
    const { embeddingDim: dim, batchImagesMax } = this.description;
    // Blocks keep the order of positions, and so do their rows.
    const rows = await Promise.all(
      packSlots(lease.slots, positions, batchImagesMax).map(async (block) => {
        const reply = await this.#inferBlock(lease.connection, block, deadline);
        const expected = { count: block.count, dim, wanted: block.rows.map(({ row }) => row) };
        return checkedRows(reply, expected, "upstream_error");
      }),
    );
    return { rows: rows.flat(), computeMs: performance.now() - started };
  }

  /** One request, and at most one more where the first cannot have been processed. */
  async #inferBlock(
    connection: TritonConnection,
    block: SlotBlock,
    deadline: Deadline,
  ): Promise<Float32Array> {
    try {
      return await this.#call(connection, block, deadline);
    } catch (error) {
      if (!await this.#mayRetry(error, connection, deadline)) throw this.#failure(error, deadline);
    }
    try {
      return await this.#call(connection, block, deadline);
    } catch (error) {
      if (error instanceof TritonError && isLinkFailure(error)) this.#link.lose(connection, error);
      throw this.#failure(error, deadline);
    }
  }

  async #call(
    connection: TritonConnection,
    block: SlotBlock,
    deadline: Deadline,
  ): Promise<Float32Array> {
    const { manifest, client, region } = this.#options;
    const { input, inputByteLength } = connection;
    const byteOffset = block.firstSlot * inputByteLength;
    const spec = { ...input, shape: [block.count, ...input.shape] };
    const isShared = connection.tensorPath === "shared_memory" && region !== undefined;
    const source = isShared ? { ...spec, region: region.name, byteOffset } : {
      ...spec,
      // No copy: whoever gets this slot next spoils only a request that nobody awaits any more.
      bytes: new Uint8Array(
        this.#memory as SharedArrayBuffer,
        byteOffset,
        block.count * inputByteLength,
      ),
    };
    const [tensor] = await client.infer({
      model: manifest.name,
      inputs: [source],
      outputs: [{
        name: manifest.output.name,
        datatype: "FP32",
        shape: [block.count, ...manifest.output.shape],
      }],
    }, { timeoutMs: deadline.assertRemainingMs(), signal: deadline.signal });
    this.#breaker.recordSuccess();
    this.#budget.recordSuccess();
    return tensor?.data as Float32Array;
  }

  /** Decides about a second attempt, mends what can be mended, and gives up a connection that is no more. */
  async #mayRetry(
    error: unknown,
    connection: TritonConnection,
    deadline: Deadline,
  ): Promise<boolean> {
    if (!(error instanceof TritonError)) return false;
    const hasTime = deadline.remainingMs > deadline.timeoutMs * RETRY_TIME_SHARE;
    const isSafe = error.wasProcessed === "no" && hasTime && !deadline.signal.aborted;
    if (error.kind === "unknown_region" && isSafe) return await this.#registerAgain(deadline);
    if (error.kind === "gone" && isSafe && this.#budget.tryTake()) return true;
    if (isLinkFailure(error)) this.#link.lose(connection, error);
    return false;
  }

  async #registerAgain(deadline: Deadline): Promise<boolean> {
    try {
      const limits = { timeoutMs: deadline.assertRemainingMs(), signal: deadline.signal };
      await this.#options.region?.register(limits);
      return true;
    } catch {
      return false;
    }
  }

  #failure(error: unknown, deadline: Deadline): unknown {
    if (deadline.signal.aborted) {
      this.#breaker.recordNothing();
      return deadline.signal.reason;
    }
    if (!(error instanceof TritonError)) {
      this.#breaker.recordNothing();
      return error;
    }
    if (isServerFailure(error)) this.#breaker.recordFailure();
    else this.#breaker.recordNothing();
    return toUpstreamError(error);
  }
}

/** Failures after which the connection's assumptions have to be checked again. */
function isLinkFailure({ kind }: TritonError): boolean {
  return ["starting", "stopping", "gone", "unknown_model", "unknown_region", "our_fault"].includes(
    kind,
  );
}

/** Failures that speak against the server. */
function isServerFailure({ kind }: TritonError): boolean {
  return !["overloaded", "deadline", "cancelled"].includes(kind);
}
