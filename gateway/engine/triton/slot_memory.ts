/** Where the input slots of one model lie, and what of them goes into a request. */
import { itemByteLength, type TensorSpec } from "../../../models/contract/manifest.ts";
import type { InlineInput, SharedInput } from "../../../triton/infer.ts";
import type { SlotAddress } from "../../work/slot_address.ts";
import type { TritonConnection } from "./connection.ts";
import type { RegionShare } from "./tensor_region.ts";

/** Shares of several models lie one behind the other, so each is a multiple of what any tensor is aligned to. */
const ALIGNMENT_BYTES = 64;

/** Slots there must be room for: those of requests, the canary's, and one to probe the region with. */
export function slotCapacity(slots: number): number {
  return slots + 2;
}

/** Bytes of shared memory that a model's slots take. */
export function slotBytes(input: TensorSpec, slots: number): number {
  const byteLength = slotCapacity(slots) * itemByteLength(input);
  return Math.ceil(byteLength / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
}

/** Slots in shared memory where Triton sees it, in memory of this process elsewhere. */
export class SlotMemory {
  readonly #share: RegionShare;
  readonly #byteLength: number;
  #buffer: SharedArrayBuffer | undefined;

  /** @param byteLength Bytes of all slots. */
  constructor(share: RegionShare, byteLength: number) {
    this.#share = share;
    this.#byteLength = byteLength;
  }

  /** Where a worker writes the input of a slot. */
  address(slot: number, connection: TritonConnection): SlotAddress {
    const { input: { datatype }, inputByteLength, tensorPath } = connection;
    const byteOffset = slot * inputByteLength;
    const share = this.#share;
    if (tensorPath === "shared_memory" && share.kind === "shared") {
      const { fd, name: region } = share;
      return { kind: "shm", datatype, fd, region, byteOffset: share.byteOffset + byteOffset };
    }
    return { kind: "memory", datatype, buffer: this.#memory, byteOffset };
  }

  /** The inputs of neighbouring slots as one tensor of a request. */
  tensor(
    { firstSlot, count }: { readonly firstSlot: number; readonly count: number },
    connection: TritonConnection,
  ): InlineInput | SharedInput {
    const { input, inputByteLength, tensorPath } = connection;
    const spec = { ...input, shape: [count, ...input.shape] };
    const byteOffset = firstSlot * inputByteLength;
    const share = this.#share;
    if (tensorPath === "shared_memory" && share.kind === "shared") {
      return { ...spec, region: share.name, byteOffset: share.byteOffset + byteOffset };
    }
    // No copy: whoever gets this slot next spoils only a request that nobody awaits any more.
    return { ...spec, bytes: new Uint8Array(this.#memory, byteOffset, count * inputByteLength) };
  }

  get #memory(): SharedArrayBuffer {
    return this.#buffer ??= new SharedArrayBuffer(this.#byteLength);
  }
}
