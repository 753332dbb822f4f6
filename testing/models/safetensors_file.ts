/** Writes checkpoints in the safetensors format, tensor by tensor, for tests and seeded weights. */
import { writeAll } from "../../models/weights/atomic_file.ts";

/** A tensor: its description, and its elements when their turn comes. */
export interface TensorSource {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly byteLength: number;
  /** The elements, row-major, little-endian. */
  load(): Uint8Array;
}

/** Writes the file as Python's safetensors does: the header padded with spaces to a multiple of 8 bytes. */
export async function writeSafetensors(
  path: string,
  tensors: readonly TensorSource[],
): Promise<void> {
  using file = await Deno.open(path, { write: true, create: true, truncate: true });
  const header = encodeHeader(tensors);
  await writeAll(file, new Uint8Array(new BigUint64Array([BigInt(header.length)]).buffer));
  await writeAll(file, header);
  for (const tensor of tensors) await writeAll(file, tensor.load());
}

function encodeHeader(tensors: readonly TensorSource[]): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: { format: "pt" } };
  let position = 0;
  for (const { name, dtype, shape, byteLength } of tensors) {
    header[name] = { dtype, shape, data_offsets: [position, position + byteLength] };
    position += byteLength;
  }
  const text = JSON.stringify(header);
  return new TextEncoder().encode(text.padEnd(Math.ceil(text.length / 8) * 8));
}
