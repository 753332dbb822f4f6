/** A region of POSIX shared memory that a Triton on this machine reads model inputs from. */
import { Code } from "@connectrpc/connect";
import type { CallLimits, MemoryRegion, TritonClient } from "./client.ts";
import { TritonError } from "./errors.ts";
import { type PosixShm, ShmError } from "./posix_shm.ts";

/** How a region is made. */
export interface RegionOptions {
  readonly shm: PosixShm;
  readonly client: TritonClient;
  /** How its name begins: `[a-z][a-z0-9-]*`. Process id and a random part follow. */
  readonly prefix: string;
  readonly byteLength: number;
}

/** Triton opens regions for writing, so it must run as the same user. */
const MODE = 0o600;
/** How long the last call, when the region is disposed of, may take. */
const CLOSE_TIMEOUT_MS = 1000;
/** Attempts at a name; one that meets its remover at the wrong moment is given up. */
const ATTEMPTS = 3;

/** Matches names of regions with this prefix, and nothing longer or shorter. */
export function regionNamePattern(prefix: string): RegExp {
  if (!/^[a-z][a-z0-9-]*$/.test(prefix)) {
    throw new TypeError(`Cannot use prefix ${prefix} as it must match [a-z][a-z0-9-]*`);
  }
  return new RegExp(`^${prefix}_\\d+_[0-9a-f]{16}$`);
}

/**
 * A region of this process, allocated in full. Its descriptor stays open, and locked, as long as the process lives:
 * that is how `removeStaleRegions()` of another process knows. Whoever writes to `fd` must have stopped before the
 * region is disposed of.
 */
export class SharedMemoryRegion implements AsyncDisposable {
  /** Name of the object in /dev/shm, and of the region in Triton. */
  readonly name: string;
  /** Descriptor, valid in every thread of this process. */
  readonly fd: number;
  readonly byteLength: number;
  readonly #options: RegionOptions;
  #registering: Promise<void> | undefined;
  #mayBeRegistered = false;

  private constructor(options: RegionOptions, name: string, fd: number) {
    this.#options = options;
    this.name = name;
    this.fd = fd;
    this.byteLength = options.byteLength;
  }

  /**
   * Makes a region; Triton knows nothing of it yet.
   *
   * @throws {ShmError} `ENOSPC` when /dev/shm is too small, `EACCES` when it may not be written to.
   */
  static create(options: RegionOptions): SharedMemoryRegion {
    const { shm, byteLength } = options;
    const { name, fd } = createLocked(options);
    try {
      // Every page, now: who maps the region and writes to one that /dev/shm has no room for dies by SIGBUS.
      shm.allocate(fd, byteLength);
    } catch (error) {
      shm.unlink(name);
      shm.close(fd);
      throw error;
    }
    return new SharedMemoryRegion(options, name, fd);
  }

  /**
   * Registers the region, at start and again whenever Triton has forgotten it (`unknown_region`). Calls at the same
   * time share one registration, with the limits of the first.
   *
   * Triton can only register what it can open, and the name is random: success means that it has the same memory.
   *
   * @throws {TritonError} `failed` when Triton has no such object (another machine or container, another user, or
   * shared memory switched off), `bad_reply` when it registered something else.
   */
  async register(limits: CallLimits): Promise<void> {
    this.#registering ??= this.#register(limits).finally(() => this.#registering = undefined);
    await this.#registering;
  }

  /** Writes bytes at an offset; a worker with the descriptor can do the same. */
  write(bytes: Uint8Array<ArrayBuffer>, byteOffset: number): void {
    if (byteOffset < 0 || byteOffset + bytes.byteLength > this.byteLength) {
      throw new RangeError(
        `Cannot write ${bytes.byteLength} bytes at ${byteOffset} as the region has ${this.byteLength}`,
      );
    }
    this.#options.shm.write(this.fd, bytes, byteOffset);
  }

  /** Has Triton forget the region, if it answers, and gives the memory back. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { shm, client } = this.#options;
    await this.#registering?.catch(() => {});
    if (this.#mayBeRegistered) {
      // A Triton that is gone has forgotten it; one that hangs is not worth waiting for.
      await client.unregisterMemory(this.name, { timeoutMs: CLOSE_TIMEOUT_MS }).catch(() => {});
    }
    shm.unlink(this.name);
    shm.close(this.fd);
  }

  async #register(limits: CallLimits): Promise<void> {
    const { client } = this.#options;
    const wanted: MemoryRegion = {
      name: this.name,
      key: `/${this.name}`,
      byteOffset: 0,
      byteLength: this.byteLength,
    };
    this.#mayBeRegistered = true;
    try {
      await client.registerMemory(wanted, limits);
    } catch (error) {
      // Done by an earlier call whose reply was lost: nobody else has this name.
      if (!(error instanceof TritonError && error.code === Code.AlreadyExists)) throw error;
    }
    const found = (await client.memoryRegions(limits)).find(({ name }) => name === this.name);
    if (found?.key === wanted.key && found.byteLength === wanted.byteLength) return;
    throw new TritonError(
      "bad_reply",
      "Cannot register shared memory as Triton lists another size",
      {
        wasProcessed: "unknown",
      },
    );
  }
}

/** Creates and locks an object. */
function createLocked(options: RegionOptions): { name: string; fd: number } {
  const { shm, prefix } = options;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const random = crypto.getRandomValues(new Uint8Array(8)).toHex();
    const name = `${prefix}_${Deno.pid}_${random}`;
    const fd = shm.create(name, MODE);
    // Before the lock is taken, another process may take the region for a dead one's and remove it.
    if (shm.tryLock(fd) && isThere(shm, name)) return { name, fd };
    shm.close(fd);
  }
  throw new ShmError("lock", 11);
}

function isThere(shm: PosixShm, name: string): boolean {
  try {
    shm.close(shm.open(name));
    return true;
  } catch (error) {
    if (error instanceof ShmError && error.code === "ENOENT") return false;
    throw error;
  }
}
