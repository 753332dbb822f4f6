/** Writes PNGs chunk by chunk (PNG 3rd edition, section 5). */
import { crc32 } from "node:zlib";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10];

/** What IHDR says; 4×3 in 8-bit RGB unless given. */
export interface PngHeadFields {
  readonly width?: number;
  readonly height?: number;
  readonly depth?: number;
  readonly colourType?: number;
  readonly isInterlaced?: boolean;
}

/** A chunk with its checksum, unless another one is given. */
export function pngChunk(
  type: string,
  data?: ArrayLike<number>,
  checksum?: number,
): Uint8Array<ArrayBuffer> {
  const { length } = data ?? [];
  const chunk = new Uint8Array(12 + length);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, length);
  chunk.set(new TextEncoder().encode(type), 4);
  chunk.set(data ?? [], 8);
  view.setUint32(8 + length, checksum ?? crc32(chunk.subarray(4, 8 + length)));
  return chunk;
}

/** The chunk IHDR. */
export function pngHead(fields: PngHeadFields = {}): Uint8Array<ArrayBuffer> {
  const { width = 4, height = 3, depth = 8, colourType = 2, isInterlaced = false } = fields;
  const data = new Uint8Array(13);
  const view = new DataView(data.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  data.set([depth, colourType, 0, 0, Number(isInterlaced)], 8);
  return pngChunk("IHDR", data);
}

/** A file of these chunks, with a signature before them. */
export function pngOf(...chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, SIGNATURE.length);
  const file = new Uint8Array(length);
  file.set(SIGNATURE);
  let end = SIGNATURE.length;
  for (const chunk of chunks) {
    file.set(chunk, end);
    end += chunk.length;
  }
  return file;
}
