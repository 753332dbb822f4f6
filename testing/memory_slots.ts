/** Writes to slots that lie in this process's memory. */
import type { SlotAddress } from "../gateway/work/slot_address.ts";

/**
 * Writes an input's bytes.
 *
 * @throws {TypeError} for slots that lie elsewhere.
 */
export function writeMemorySlot(address: SlotAddress, input: Uint8Array): void {
  if (address.kind !== "memory") throw new TypeError(`Cannot write to a slot of ${address.kind}`);
  new Uint8Array(address.buffer, address.byteOffset, input.length).set(input);
}
