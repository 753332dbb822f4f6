import type { SlotAddress } from "../gateway/work/slot_address.ts";

/** Bytes of one input: FP32 [3, 224, 224]. */
export const INPUT_BYTES = 3 * 224 * 224 * 4;

/** The address of an FP32 input in memory. */
export function fp32Slot(buffer: SharedArrayBuffer, byteOffset = 0): SlotAddress {
  return { kind: "memory", datatype: "FP32", buffer, byteOffset };
}
