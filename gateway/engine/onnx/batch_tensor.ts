/** Inputs side by side, as the runtime takes them: one memory for all batches, one tensor a size of batch. */
import { Tensor } from "onnxruntime-node";
import { itemByteLength, type TensorSpec } from "../../../models/contract/manifest.ts";

/**
 * A fresh 600 KB a photo would be zeroed, filled and collected again, which costs more than a small model does. A run
 * is over before the next begins, so that nobody reads what is written here for the next one.
 */
export class BatchTensor {
  readonly #input: TensorSpec;
  readonly #inputByteLength: number;
  readonly #tensors = new Map<number, Tensor>();
  #bytes = new Uint8Array(0);

  constructor(input: TensorSpec) {
    this.#input = input;
    this.#inputByteLength = itemByteLength(input);
  }

  /**
   * Copies inputs out of their slots: the runtime takes no tensors over shared memory.
   *
   * @returns [n, …input.shape], valid until the next call.
   */
  gather(memory: SharedArrayBuffer, slots: readonly number[]): Tensor {
    const length = this.#inputByteLength;
    this.#reserve(slots.length * length);
    slots.forEach((slot, index) =>
      this.#bytes.set(new Uint8Array(memory, slot * length, length), index * length)
    );
    const tensor = this.#tensors.get(slots.length) ?? this.#createTensor(slots.length);
    this.#tensors.set(slots.length, tensor);
    return tensor;
  }

  #reserve(byteLength: number): void {
    if (byteLength <= this.#bytes.length) return;
    this.#bytes = new Uint8Array(byteLength);
    this.#tensors.clear();
  }

  #createTensor(count: number): Tensor {
    const bytes = this.#bytes.subarray(0, count * this.#inputByteLength);
    return tensorOf(bytes, count, this.#input);
  }
}

/** Inputs that lie side by side as a tensor [count, …input.shape], without a copy. */
export function tensorOf(
  bytes: Uint8Array<ArrayBuffer>,
  count: number,
  { datatype, shape }: TensorSpec,
): Tensor {
  const dims = [count, ...shape];
  if (datatype === "UINT8") return new Tensor("uint8", bytes, dims);
  if (datatype === "INT32") {
    const ids = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
    return new Tensor("int32", ids, dims);
  }
  const values = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  return new Tensor("float32", values, dims);
}
