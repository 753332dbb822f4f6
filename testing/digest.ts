/** Digests to compare large buffers by: a failed comparison of the bytes themselves takes minutes to print. */
import { createHash } from "node:crypto";

/** SHA-256, hex. */
export function sha256(bytes: ArrayBufferView): string {
  const { buffer, byteOffset, byteLength } = bytes;
  return createHash("sha256").update(new Uint8Array(buffer, byteOffset, byteLength)).digest("hex");
}
