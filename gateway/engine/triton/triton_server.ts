/** A Triton as all models on it have it in common: one connection, one pulse and one region of shared memory. */
import { TritonClient } from "../../../triton/client.ts";
import type { TritonError } from "../../../triton/errors.ts";
import { ServerPulse } from "../../../triton/server_pulse.ts";
import { TritonTransport } from "../../../triton/transport.ts";
import type { HeldRegion } from "../../work/held_region.ts";
import { ServerMemory, type SharedMemorySetting } from "./server_memory.ts";
import type { RegionShare } from "./tensor_region.ts";

/** Which server, and how tensors may travel to it. */
export interface TritonServerOptions {
  /** gRPC address, such as `http://127.0.0.1:8001`. */
  readonly url: string;
  readonly sharedMemory: SharedMemorySetting;
  /** Bytes of shared memory that its models need, together. */
  readonly regionBytes: number;
  readonly orphans?: readonly HeldRegion[];
  readonly onRegion?: (region: HeldRegion) => void;
}

/** Outlives the engines on it; disposed of after them. */
export class TritonServer implements AsyncDisposable {
  /** Shared by all models: calls take turns on one connection. */
  readonly client: TritonClient;
  /** Shared as well: what one model's calls hear of the server, the others need not ask. */
  readonly pulse: ServerPulse;
  readonly #transport: TritonTransport;
  readonly #memory: ServerMemory;
  readonly #onSilent = new Set<(cause: TritonError) => void>();

  private constructor(transport: TritonTransport, client: TritonClient, memory: ServerMemory) {
    this.#transport = transport;
    this.client = client;
    this.#memory = memory;
    this.pulse = new ServerPulse({
      ask: (limits) => client.ready(limits),
      onSilent: (cause) => {
        for (const tell of this.#onSilent) tell(cause);
      },
    });
  }

  /**
   * Makes the memory; the connection is opened by the first call, and Triton need not be there yet.
   *
   * @throws {Error} when shared memory is `on` and cannot be had on this machine.
   */
  static create(options: TritonServerOptions): TritonServer {
    const { url, sharedMemory, regionBytes, orphans = [], onRegion } = options;
    const transport = new TritonTransport({ url });
    const client = new TritonClient(transport);
    const memory = ServerMemory.create({
      client,
      setting: sharedMemory,
      byteLength: regionBytes,
      orphans,
      ...onRegion && { onMade: onRegion },
    });
    return new TritonServer(transport, client, memory);
  }

  /**
   * Gives a model its share of the region.
   *
   * @throws {RangeError} when the models need more than `regionBytes`.
   */
  allocate(byteLength: number): RegionShare {
    return this.#memory.allocate(byteLength);
  }

  /** Tells a model from now on that the server answers nothing; until it is disposed of. */
  watchSilence(tell: (cause: TritonError) => void): Disposable {
    this.#onSilent.add(tell);
    return { [Symbol.dispose]: () => void this.#onSilent.delete(tell) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.pulse[Symbol.dispose]();
    // By the connection, as Triton is told to forget the region.
    await this.#memory[Symbol.asyncDispose]();
    this.#transport[Symbol.dispose]();
  }
}
