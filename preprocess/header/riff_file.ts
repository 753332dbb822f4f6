/** The chunks of a WebP's file (WebP Container Specification, "RIFF File Format"). */

/** What chunks that count are called, by their four bytes in big-endian order. */
const NAMES: ReadonlyMap<number, string> = new Map(
  ["VP8X", "VP8 ", "VP8L", "ALPH", "ANIM", "ANMF", "EXIF", "XMP "].map((name) => [
    [...name].reduce((code, letter) => code * 256 + letter.charCodeAt(0), 0),
    name,
  ]),
);

/** One chunk of the file, where its payload lies. */
export interface WebpChunk {
  /** "????" where it is none that counts. */
  readonly name: string;
  readonly offset: number;
  readonly length: number;
}

/** "RIFF", the length of the rest, and "WEBP". */
export const RIFF_HEADER_BYTES = 12;
/** A name of four letters, and the length of the payload. */
export const CHUNK_HEADER_BYTES = 8;
/** Each takes some time of the thread that judges; a picture with its metadata has ten, an animation one a frame. */
const CHUNKS_MAX = 100_000;

/** Why a file is none: it is damaged, or ends early. */
export class WebpError extends Error {}

/** A RIFF file of WebP, and numbers in it. */
export class RiffFile {
  /** What is behind it does not count. */
  readonly end: number;
  readonly #view: DataView;
  #chunks = 0;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (bytes.length < RIFF_HEADER_BYTES + CHUNK_HEADER_BYTES) {
      throw new WebpError("Cannot read its header: it ends early");
    }
    this.end = this.#view.getUint32(4, true) + CHUNK_HEADER_BYTES;
    if (this.end > bytes.length) throw new WebpError("Cannot find all of the file");
    if (this.end < RIFF_HEADER_BYTES + CHUNK_HEADER_BYTES) {
      throw new WebpError("Cannot find a chunk");
    }
  }

  /**
   * The chunk at a place; `undefined` at the end of the file.
   *
   * @throws {WebpError} when not all of it is there.
   */
  chunk(offset: number): WebpChunk | undefined {
    if (offset === this.end) return undefined;
    if (++this.#chunks > CHUNKS_MAX) throw new WebpError("Cannot read so many chunks");
    if (offset + CHUNK_HEADER_BYTES > this.end) throw new WebpError("Cannot read a chunk's header");
    const length = this.u32(offset + 4);
    const chunk = { name: this.#name(offset), offset: offset + CHUNK_HEADER_BYTES, length };
    if (paddedEnd(chunk) > this.end) throw new WebpError("Cannot find all of a chunk");
    return chunk;
  }

  /** Numbers are little-endian. */
  u8(offset: number): number {
    return this.#view.getUint8(offset);
  }

  u16(offset: number): number {
    return this.#view.getUint16(offset, true);
  }

  u24(offset: number): number {
    return this.u16(offset) | this.u8(offset + 2) << 16;
  }

  u32(offset: number): number {
    return this.#view.getUint32(offset, true);
  }

  #name(offset: number): string {
    return NAMES.get(this.#view.getUint32(offset)) ?? "????";
  }
}

/** Where the next chunk begins: they have an even number of bytes. */
export function paddedEnd({ offset, length }: WebpChunk): number {
  return offset + length + length % 2;
}
