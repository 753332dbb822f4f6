/** Puts model inputs where the model, or Triton, reads them. */
import { PosixShm, type ShmMapping } from "../../triton/posix_shm.ts";
import type { SlotAddress } from "./slot_address.ts";

type ShmAddress = Extract<SlotAddress, { kind: "shm" }>;

/**
 * Writes inputs into slots of either kind, by one copy each. A thread has its own, and so its own mappings: a worker
 * that was terminated may run on for seconds, and would end the process if another thread unmapped what it writes to.
 * Its mapping then stays as long as the process.
 */
export class SlotWriter implements Disposable {
  readonly #stack = new DisposableStack();
  #shm: PosixShm | undefined;
  /** By the region's name: a later region may get the descriptor of one that is gone. */
  readonly #mappings = new Map<string, ShmMapping>();

  /**
   * Writes the bytes of one input.
   *
   * @throws {RangeError} when the slot's memory ends before them.
   * @throws {ShmError} when shared memory cannot be mapped; it is tried again by the next write.
   * @throws {ReferenceError} when this was disposed of, and the memory is shared.
   */
  write(input: Uint8Array<ArrayBuffer>, address: SlotAddress): void {
    if (address.kind === "memory") {
      new Uint8Array(address.buffer, address.byteOffset, input.length).set(input);
      return;
    }
    const mapping = this.#mappings.get(address.region) ?? this.#map(address);
    mapping.write(input, address.byteOffset);
  }

  [Symbol.dispose](): void {
    this.#stack[Symbol.dispose]();
  }

  /** Maps a region, once: pages are got at a mapping's first write, and all later ones are spared the kernel. */
  #map({ fd, region }: ShmAddress): ShmMapping {
    if (this.#stack.disposed) throw new ReferenceError("Cannot map memory for a disposed writer");
    this.#shm ??= this.#stack.use(new PosixShm());
    const mapping = this.#stack.use(this.#shm.map(fd));
    this.#mappings.set(region, mapping);
    return mapping;
  }
}
