/** NumPy's format (version 1.0 of numpy.lib.format): the vectors as one array; what they are of, in a file beside it. */
import { BufferedFile } from "../../files/buffered_file.ts";
import type { ExportedPhotos } from "./export_rows.ts";
import { writeLines } from "./jsonl_file.ts";

/** Magic, version, length, and a dictionary that is filled with spaces up to a multiple of 64 bytes. */
const HEAD_BYTES = 128;
const MAGIC = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0);

/**
 * As `WriteExport` says: f32 [n, dim], little-endian.
 *
 * @param linesPath Of the file that has a line of JSON for each row.
 */
export function writeNpy(
  path: string,
  linesPath: string,
  { embedder, rows }: ExportedPhotos,
): Promise<number> {
  using file = new BufferedFile(path);
  file.write(new Uint8Array(HEAD_BYTES));
  const count = writeLines(linesPath, { embedder, rows }, (vector) => {
    file.write(new Uint8Array(vector.buffer));
    return {};
  });
  file.writeFirst(head(count, embedder.dim));
  file.finish();
  return Promise.resolve(count);
}

function head(count: number, dim: number): Uint8Array {
  const bytes = new Uint8Array(HEAD_BYTES).fill(0x20);
  bytes.set(MAGIC);
  const start = MAGIC.length + 2;
  new DataView(bytes.buffer).setUint16(MAGIC.length, HEAD_BYTES - start, true);
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${count}, ${dim}), }`;
  new TextEncoder().encodeInto(text, bytes.subarray(start));
  bytes[HEAD_BYTES - 1] = 0x0a;
  return bytes;
}
