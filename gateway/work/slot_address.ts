import type { InputDatatype } from "../../preprocess/contract/preprocess_spec.ts";

/** Elements of a model input. */
export type SlotDatatype = InputDatatype | "INT32";

/**
 * Elements of an image model's input.
 *
 * @throws {RangeError} for those of a text model.
 */
export function imageDatatype(datatype: SlotDatatype): InputDatatype {
  if (datatype === "INT32") throw new RangeError("Cannot write an image into a slot of token ids");
  return datatype;
}

/** Where a worker writes one model input, and as what; valid in every thread of the process. */
export type SlotAddress =
  & {
    readonly byteOffset: number;
    /** FP32 is normalised [3, size, size] (NCHW), UINT8 the crop as it is, [size, size, 3] (HWC), INT32 token ids. */
    readonly datatype: SlotDatatype;
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
