/** The memory that a gateway shares with a Triton for the inputs of all its models. */
import type { CallLimits, TritonClient } from "../../../triton/client.ts";
import type { HeldRegion } from "../../work/held_region.ts";
import { PosixShm, ShmError } from "../../../triton/posix_shm.ts";
import { SharedMemoryRegion } from "../../../triton/shared_memory.ts";
import { removeStaleRegions, unregisterRegions } from "../../../triton/stale_regions.ts";
import { type NoRegion, type RegionShare, TensorRegion } from "./tensor_region.ts";

/** What is wanted: `auto` shares memory where Triton sees it, `on` insists, `off` sends every tensor inline. */
export type SharedMemorySetting = "auto" | "on" | "off";

/** How the memory is made. */
export interface ServerMemoryOptions {
  readonly client: TritonClient;
  readonly setting: SharedMemorySetting;
  /** Bytes of all shares together. */
  readonly byteLength: number;
  /** Regions of threads of this process that ended without a word. */
  readonly orphans?: readonly HeldRegion[];
  /** Told of the region that is made, so that it can be given back for a thread that has no chance to. */
  readonly onMade?: (region: HeldRegion) => void;
}

/** Regions of every gateway begin with this, so that those of dead ones can be found. */
const PREFIX = "triton-edge-gateway";

/** A region of ours and what it was made with. */
interface OwnRegion {
  readonly kind: "shared";
  readonly shm: PosixShm;
  readonly region: SharedMemoryRegion;
  readonly staleRegions: readonly string[];
}

/** One region a server, or the reason there is none; made before any model asks for its share. */
export class ServerMemory implements AsyncDisposable {
  readonly #options: ServerMemoryOptions;
  readonly #own: OwnRegion | NoRegion;
  /** Regions that dead gateways left and that were removed: Triton keeps their memory until it is told to forget. */
  #staleRegions: readonly string[];
  #taken = 0;

  private constructor(options: ServerMemoryOptions, own: OwnRegion | NoRegion) {
    this.#options = options;
    this.#own = own;
    this.#staleRegions = own.kind === "shared" ? own.staleRegions : [];
  }

  /**
   * Makes the region; Triton need not be there yet.
   *
   * @throws {Error} when shared memory is `on` and cannot be had on this machine.
   */
  static create(options: ServerMemoryOptions): ServerMemory {
    if (options.setting === "off") {
      return new ServerMemory(options, { kind: "none", reason: "shared memory is off" });
    }
    try {
      return new ServerMemory(options, makeRegion(options));
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      if (options.setting === "auto") return new ServerMemory(options, { kind: "none", reason });
      throw new Error(
        `Cannot use shared memory, which GATEWAY_TRITON_SHM=on insists on: ${reason}; auto does without it, and fewer ` +
          "GATEWAY_SLOTS need less",
        { cause },
      );
    }
  }

  /**
   * Gives a model its share, which stays its own until the memory is disposed of.
   *
   * @throws {RangeError} when the region was made too small for it.
   */
  allocate(byteLength: number): RegionShare {
    if (this.#own.kind === "none") return this.#own;
    const free = this.#options.byteLength - this.#taken;
    if (byteLength > free) {
      throw new RangeError(
        `Cannot share ${byteLength} bytes with Triton as ${free} of the region are free`,
      );
    }
    const range = { byteOffset: this.#taken, byteLength };
    this.#taken += byteLength;
    return new TensorRegion(this.#own.region, range, {
      isRequired: this.#options.setting === "on",
      forgetStale: (limits) => this.#forgetStale(limits),
    });
  }

  /** Has Triton forget the region, if it answers, and gives the memory back. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#own.kind === "none") return;
    await this.#own.region[Symbol.asyncDispose]();
    this.#own.shm[Symbol.dispose]();
  }

  async #forgetStale(limits: CallLimits): Promise<void> {
    try {
      await unregisterRegions(this.#options.client, this.#staleRegions, limits);
      this.#staleRegions = [];
    } catch {
      // A Triton that was started since then has forgotten them by itself.
    }
  }
}

function makeRegion(options: ServerMemoryOptions): OwnRegion {
  const { client, byteLength, orphans = [] } = options;
  const shm = new PosixShm();
  try {
    // Their locks are held on, by what the threads had mapped, so that they are not found as stale.
    for (const orphan of orphans) giveBack(shm, orphan);
    const staleRegions = [...orphans.map(({ name }) => name), ...removeStaleRegions(shm, PREFIX)];
    const region = SharedMemoryRegion.create({ shm, client, prefix: PREFIX, byteLength });
    options.onMade?.({ name: region.name, fd: region.fd });
    return { kind: "shared", shm, region, staleRegions };
  } catch (error) {
    shm[Symbol.dispose]();
    throw error;
  }
}

/** Removes a region that nobody disposes of; what is mapped of it keeps its memory until the process ends. */
function giveBack(shm: PosixShm, { name, fd }: HeldRegion): void {
  shm.close(fd);
  try {
    shm.unlink(name);
  } catch (error) {
    if (!(error instanceof ShmError)) throw error;
  }
}
