/** The seam between the gateway and whatever computes embeddings. */
import type { Deadline } from "../work/deadline.ts";
import type { SlotAddress, SlotDatatype } from "../work/slot_address.ts";

/** Rows of embeddings and where the time went. */
export interface Inference {
  /**
   * One row an input asked for, in that order: f32 [dim], checked to be finite, not normalised. No two overlap, and
   * each is the caller's to change.
   */
  readonly rows: readonly Float32Array[];
  /** Milliseconds spent waiting for a batch, or for a turn, where the gateway runs the model. */
  readonly queueMs?: number;
  /** Milliseconds the model ran, as seen from the gateway. */
  readonly computeMs: number;
}

/** Input slots held by one request. Disposing gives them back; nobody may write to them afterwards. */
export interface InputLease extends Disposable {
  /** One address an input, in the order of the request's images. */
  readonly addresses: readonly SlotAddress[];
  /**
   * Embeds the inputs at the given positions of the lease, in ascending order; what lies in the other slots has
   * no influence.
   *
   * @throws {GatewayError} `deadline_exceeded`, `client_closed`, `overloaded`, `upstream_error`,
   * `upstream_unavailable` or `internal`.
   */
  infer(positions: readonly number[], deadline: Deadline): Promise<Inference>;
  /**
   * Embeds the only input of a lease, which the calling thread makes when its turn comes: what it gives is read before
   * another one is made. Nothing is made once no time is left.
   *
   * @throws What `encode` throws, or as `infer()`.
   */
  inferHere(encode: () => Uint8Array<ArrayBuffer>, deadline: Deadline): Promise<Inference>;
}

/** Who may take a slot: requests, or the health canary, for which one slot is set aside. */
export type LeaseHolder = "request" | "canary";

/** What an engine says about itself; /info shows it. */
export interface EngineDescription {
  readonly engine: "embedded" | "triton";
  readonly model: string;
  /**
   * SHA-256 of the ONNX file, and of its data where it has some, hex: of the very file where it runs here, else as the
   * model's golden.json has it, which the canary holds whatever a server runs to.
   */
  readonly modelDigest: string;
  readonly inputDatatype: SlotDatatype;
  /** Bytes of one input slot. */
  readonly inputByteLength: number;
  /** Length of an embedding. */
  readonly embeddingDim: number;
  /** Which way tensors travel to the model. */
  readonly tensorPath: "memory" | "shared_memory" | "inline";
  readonly batchImagesMax: number;
  /** Version of the runtime or server. */
  readonly runtime: string;
  /** What the model takes of this process, in each isolate. */
  readonly memory?: EngineMemory;
}

/** What a model takes of the process that serves it. */
interface EngineMemory {
  /** Bytes of the slots' inputs. */
  readonly slotBytes: number;
  /** Bytes of the ONNX file, where it is loaded here; the runtime holds as much again at the start, and what runs need. */
  readonly modelBytes?: number;
  /** Threads inside one inference, where it runs here. */
  readonly threads?: number;
}

/** Input slots of a model, as they are now and have been; the canary's is not among them. */
export interface SlotUse {
  readonly total: number;
  readonly inUse: number;
  /** Slot-seconds: for how long slots were held, of all of them together, since the engine was made. */
  readonly heldSeconds: number;
}

/** Computes embeddings of preprocessed inputs. */
export interface Engine extends AsyncDisposable {
  readonly description: EngineDescription;
  readonly slots: SlotUse;
  /**
   * Another number whenever the model may have become another one, and never an earlier one again; `undefined`
   * while the engine cannot tell.
   */
  readonly modelEpoch: number | undefined;
  /**
   * Takes slots for `inputCount` inputs, or `undefined` when too few are free. Never waits.
   *
   * @throws {GatewayError} `upstream_unavailable` while an engine elsewhere cannot be reached.
   */
  lease(inputCount: number, holder?: LeaseHolder): InputLease | undefined;
  /** Whether the engine can work at all, without running the model. */
  healthy(deadline: Deadline): Promise<boolean>;
}
