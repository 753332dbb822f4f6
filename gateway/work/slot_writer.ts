/** Puts model inputs where the model, or Triton, reads them. */
import { PosixShm } from "../../triton/posix_shm.ts";
import type { SlotAddress } from "./slot_address.ts";

/** Writes inputs into slots of either kind, by one copy each. */
export class SlotWriter implements Disposable {
  #shm: PosixShm | undefined;

  /**
   * Writes the bytes of one input.
   *
   * @throws {RangeError} when the slot's memory ends before them.
   * @throws {ShmError} when shared memory takes fewer bytes.
   */
  write(input: Uint8Array<ArrayBuffer>, address: SlotAddress): void {
    if (address.kind === "memory") {
      new Uint8Array(address.buffer, address.byteOffset, input.length).set(input);
      return;
    }
    this.#shm ??= new PosixShm();
    this.#shm.write(address.fd, input, address.byteOffset);
  }

  [Symbol.dispose](): void {
    this.#shm?.[Symbol.dispose]();
  }
}
