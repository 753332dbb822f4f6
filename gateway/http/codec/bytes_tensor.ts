/** Tensors of datatype BYTES in Triton's binary tensor data extension: each element is a length, u32 little-endian, and its bytes. */
import { GatewayError } from "../../contract/errors.ts";

const LENGTH_BYTES = 4;

/**
 * Splits a tensor into views of its elements.
 *
 * @param count How many there must be.
 * @throws {GatewayError} `invalid_body` when there are others, or one is longer than what is left.
 */
export function splitElements(
  bytes: Uint8Array<ArrayBuffer>,
  count: number,
): Uint8Array<ArrayBuffer>[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const elements: Uint8Array<ArrayBuffer>[] = [];
  let offset = 0;
  for (let index = 0; index < count; index++) {
    const start = offset + LENGTH_BYTES;
    const end = start <= bytes.length ? start + view.getUint32(offset, true) : Infinity;
    if (end > bytes.length) {
      throw wrong(
        `element ${index} of ${count} must be its length, u32 little-endian, and as many bytes: it ends behind them`,
      );
    }
    elements.push(bytes.subarray(start, end));
    offset = end;
  }
  if (offset === bytes.length) return elements;
  throw wrong(`its ${count} elements must be all of it: ${bytes.length - offset} bytes are left`);
}

function wrong(reason: string): GatewayError {
  return new GatewayError("invalid_body", `Cannot read BYTES tensor as ${reason}`);
}
