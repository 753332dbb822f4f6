/** A model's share of the memory that a gateway has in common with a Triton. */
import type { CallLimits } from "../../../triton/client.ts";
import type { SharedMemoryRegion } from "../../../triton/shared_memory.ts";

/** What a model gets: a share of the region, or why there is none. */
export type RegionShare = TensorRegion | NoRegion;

/** Tensors travel inline, and why. */
export interface NoRegion {
  readonly kind: "none";
  readonly reason: string;
}

/** A part of the region. */
interface ByteRange {
  readonly byteOffset: number;
  readonly byteLength: number;
}

/** A model's share of the region. Nobody but this model writes to it. */
export class TensorRegion {
  readonly kind = "shared";
  /** Whether to refuse a Triton that does not see the region, instead of sending inline. */
  readonly isRequired: boolean;
  readonly #region: SharedMemoryRegion;
  readonly #range: ByteRange;
  readonly #forgetStale: (limits: CallLimits) => Promise<void>;

  /** @param range Where in the region the share lies. */
  constructor(
    region: SharedMemoryRegion,
    range: ByteRange,
    options: {
      readonly isRequired: boolean;
      /** Has Triton forget the regions of dead gateways; never fails. */
      readonly forgetStale: (limits: CallLimits) => Promise<void>;
    },
  ) {
    this.#region = region;
    this.#range = range;
    this.isRequired = options.isRequired;
    this.#forgetStale = options.forgetStale;
  }

  /** Name of the region in Triton. */
  get name(): string {
    return this.#region.name;
  }

  /** Descriptor of the region, valid in every thread of this process. */
  get fd(): number {
    return this.#region.fd;
  }

  /** Where in the region the share's first byte lies. */
  get byteOffset(): number {
    return this.#range.byteOffset;
  }

  /**
   * Has Triton map the region, at start and whenever it has forgotten it.
   *
   * @throws {TritonError} when Triton does not answer, or does not see the region.
   */
  async register(limits: CallLimits): Promise<void> {
    await this.#forgetStale(limits);
    await this.#region.register(limits);
  }

  /**
   * Writes bytes at an offset of the share.
   *
   * @returns Where in the region they lie.
   */
  write(bytes: Uint8Array<ArrayBuffer>, byteOffset: number): number {
    const { byteLength } = this.#range;
    if (byteOffset < 0 || byteOffset + bytes.byteLength > byteLength) {
      throw new RangeError(
        `Cannot write ${bytes.byteLength} bytes at ${byteOffset} as the share has ${byteLength}`,
      );
    }
    const inRegion = this.byteOffset + byteOffset;
    this.#region.write(bytes, inRegion);
    return inRegion;
  }
}
