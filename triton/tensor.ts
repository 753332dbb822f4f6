/** Tensors and the raw bytes that stand for them on Triton's wire: little-endian, row-major. */

/** Element types, as typed arrays hold them. */
interface TensorArrays {
  FP32: Float32Array;
  INT32: Int32Array;
  INT64: BigInt64Array;
  UINT8: Uint8Array;
}

/** A datatype in Triton's spelling. */
export type Datatype = keyof TensorArrays;

const CONSTRUCTORS = {
  FP32: Float32Array,
  INT32: Int32Array,
  INT64: BigInt64Array,
  UINT8: Uint8Array,
};

/** Typed arrays are in the machine's byte order; every platform of Deno is little-endian like the wire. */
const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Name, datatype and shape, batch dimension included. */
export interface TensorSpec<D extends Datatype = Datatype> {
  readonly name: string;
  readonly datatype: D;
  readonly shape: readonly number[];
}

/** A tensor with its numbers, row-major. */
export interface Tensor<D extends Datatype = Datatype> extends TensorSpec<D> {
  readonly data: TensorArrays[D];
}

/**
 * Bytes that a tensor of this datatype and shape takes.
 *
 * @throws {RangeError} when a dimension is not a positive integer.
 */
export function tensorByteLength({ name, datatype, shape }: TensorSpec): number {
  const bad = shape.find((size) => !Number.isInteger(size) || size <= 0);
  if (bad !== undefined) {
    throw new RangeError(`Cannot size tensor ${name} as its dimensions must be > 0: one is ${bad}`);
  }
  return shape.reduce((product, size) => product * size, CONSTRUCTORS[datatype].BYTES_PER_ELEMENT);
}

/**
 * The tensor that bytes stand for: a view of them where they are aligned, a copy elsewhere.
 *
 * @throws {RangeError} when bytes and shape differ in size.
 */
export function tensorFromBytes<D extends Datatype>(
  spec: TensorSpec<D>,
  bytes: Uint8Array<ArrayBuffer>,
): Tensor<D> {
  assertByteLength(spec, bytes.byteLength);
  const array = CONSTRUCTORS[spec.datatype];
  const aligned = bytes.byteOffset % array.BYTES_PER_ELEMENT === 0 ? bytes : bytes.slice();
  const length = aligned.byteLength / array.BYTES_PER_ELEMENT;
  const data = new array(aligned.buffer, aligned.byteOffset, length);
  return { ...spec, data: data as TensorArrays[D] };
}

/**
 * Holds bytes to the size that the shape asks for.
 *
 * @throws {RangeError} when they differ.
 */
export function assertByteLength(spec: TensorSpec, byteLength: number): void {
  if (!LITTLE_ENDIAN) throw new RangeError("Cannot send tensors from a big-endian machine");
  const expected = tensorByteLength(spec);
  if (byteLength === expected) return;
  throw new RangeError(
    `Cannot use tensor ${spec.name} as ${spec.datatype} [${spec.shape}] takes ${expected} bytes: ` +
      `there are ${byteLength}`,
  );
}
