/** The chunks of a PNG (PNG 3rd edition, section 5.3), found as Pillow finds them. */

import { Refusal } from "../contract/refusal.ts";

/** A chunk's place; what it holds may reach past the end of the file. */
export interface PngChunk {
  readonly type: string;
  /** Offset of its first byte of data. */
  readonly start: number;
  readonly length: number;
}

/** What a PNG says of its pixels in IHDR. */
export interface PngFields {
  readonly width: number;
  readonly height: number;
  /** Bits a sample. */
  readonly depth: number;
  readonly colourType: number;
  readonly filterMethod: number;
  readonly isInterlaced: boolean;
}

/** Where the first chunk begins, behind the signature. */
export const PNG_CHUNKS_START = 8;

/** In files of 8 MiB chunks of pixels usually have 8 KiB or more. */
const CHUNKS_MAX = 32_768;
/** Of 256 bytes, those of which words are made. */
const WORD_BYTES = Array.from({ length: 256 }, (_, byte) => /\w/.test(String.fromCharCode(byte)));
const HEAD_BYTES = 8;
const CRC_BYTES = 4;
const FIELDS_BYTES = 13;

/** Samples a pixel by colour type: gray, RGB, palette, and with alpha gray and RGB. */
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const DEPTHS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

/** The chunk that begins at an offset; `undefined` where none does: the file ends, or its type is no word. */
export function pngChunkAt(bytes: Uint8Array, offset: number): PngChunk | undefined {
  if (offset + HEAD_BYTES > bytes.length) return undefined;
  const at = (place: number) => bytes[offset + place] as number;
  for (let place = 4; place < HEAD_BYTES; place++) if (!WORD_BYTES[at(place)]) return undefined;
  const type = String.fromCharCode(at(4), at(5), at(6), at(7));
  const length = at(0) * 2 ** 24 + (at(1) << 16 | at(2) << 8 | at(3));
  return { type, start: offset + HEAD_BYTES, length };
}

/**
 * All of them, up to the end of the file or of what can be read.
 *
 * @throws {Refusal} `unsupported_image` when there are too many, as each of them takes time.
 */
export function* pngChunks(bytes: Uint8Array): Generator<PngChunk> {
  let chunk = pngChunkAt(bytes, PNG_CHUNKS_START);
  for (let count = 0; chunk !== undefined; count++) {
    if (count === CHUNKS_MAX) {
      throw new Refusal(
        "unsupported_image",
        `Cannot decode image: PNGs of more than ${CHUNKS_MAX} chunks are not supported`,
      );
    }
    yield chunk;
    chunk = pngChunkAt(bytes, behindPngChunk(chunk));
  }
}

/** Where the next chunk begins. */
export function behindPngChunk({ start, length }: PngChunk): number {
  return start + length + CRC_BYTES;
}

/** @throws {RangeError} when the chunk IHDR is too short, or the file ends before it does. */
export function readPngFields(bytes: Uint8Array, { start, length }: PngChunk): PngFields {
  if (length < FIELDS_BYTES) throw new RangeError("Cannot read IHDR: it is too short");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    width: view.getUint32(start),
    height: view.getUint32(start + 4),
    depth: view.getUint8(start + 8),
    colourType: view.getUint8(start + 9),
    filterMethod: view.getUint8(start + 11),
    isInterlaced: view.getUint8(start + 12) !== 0,
  };
}

/** Bits a pixel; `undefined` where there is no such depth of that colour type. */
export function pngPixelBits(
  { depth, colourType }: Pick<PngFields, "depth" | "colourType">,
): number | undefined {
  const samples = SAMPLES[colourType];
  return samples !== undefined && DEPTHS[colourType]?.includes(depth) ? samples * depth : undefined;
}
