/** Where a worker writes one model input, and as what; valid in every thread of the process. */
export type SlotAddress =
  & {
    readonly byteOffset: number;
    /** FP32 is normalised [3, size, size] (NCHW), UINT8 the crop as it is, [size, size, 3] (HWC). */
    readonly datatype: "FP32" | "UINT8";
  }
  & (
    | { readonly kind: "memory"; readonly buffer: SharedArrayBuffer }
    | {
      readonly kind: "shm";
      /** Descriptor of the region. Its number may come to mean another one. */
      readonly fd: number;
      /** Name of the region, which no other one ever has. */
      readonly region: string;
    }
  );
