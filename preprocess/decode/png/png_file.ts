/** The road through a PNG's chunks that Pillow takes: those before the pixels, the pixels', and those behind. */
import { crc32 } from "node:zlib";
import {
  behindPngChunk,
  PNG_CHUNKS_START,
  type PngChunk,
  pngChunkAt,
} from "../../header/png_chunks.ts";
import { PngState } from "./png_state.ts";

/** What Pillow reads at a time: where a piece ends is where it may find the data to be short. */
const PIECE_BYTES = 64 * 1024;
const SEQUENCE_BYTES = 4;

/** A PNG whose chunks before the pixels are read. */
export class PngFile {
  readonly state = new PngState();
  /** Whether it has several frames, of which the first is decoded: what follows is not looked at. */
  readonly #isAnimated: boolean;
  readonly #bytes: Uint8Array;
  #data: PngChunk;

  /** @throws {Error} for what Pillow refuses. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#data = this.#readHead();
    const { frames, frame } = this.state;
    const hasDefaultImage = frames !== undefined && frame === undefined;
    this.#isAnimated = (frames ?? 1) + (hasDefaultImage ? 1 : 0) > 1;
  }

  /** The pixels' compressed bytes, piece by piece; ends where they do. */
  *pieces(): Generator<Uint8Array> {
    for (;;) {
      const { start, length } = this.#data;
      for (let at = start; at < start + length; at += PIECE_BYTES) {
        const piece = this.#bytes.subarray(at, Math.min(at + PIECE_BYTES, start + length));
        if (piece.length === 0) return;
        yield piece;
      }
      const chunk = pngChunkAt(this.#bytes, behindPngChunk(this.#data));
      if (chunk === undefined || !["IDAT", "DDAT", "fdAT"].includes(chunk.type)) return;
      this.#data = chunk.type === "fdAT" ? this.#frameData(chunk) : chunk;
    }
  }

  /**
   * Reads what stands behind the pixels, as far as Pillow does once it has them all.
   *
   * @throws {Error} for what Pillow refuses.
   */
  readTail(): void {
    const { state } = this;
    for (let before = this.#data;;) {
      const chunk = pngChunkAt(this.#bytes, behindPngChunk(before));
      if (chunk === undefined || chunk.type === "IEND") return;
      if (chunk.type === "fcTL" && this.#isAnimated) return;
      if (chunk.type === "fdAT") this.#frameData(chunk);
      const data = this.#dataOf(chunk);
      if (chunk.type !== "IDAT" && chunk.type !== "fdAT") state.take(chunk, data);
      before = chunk;
    }
  }

  /** @returns The first chunk of pixels. */
  #readHead(): PngChunk {
    for (let offset = PNG_CHUNKS_START;;) {
      const chunk = pngChunkAt(this.#bytes, offset);
      if (chunk === undefined || chunk.type === "IEND") throw new Error("Cannot find IDAT");
      if (this.state.kind !== undefined) {
        if (chunk.type === "IDAT") return chunk;
        if (chunk.type === "fdAT") return this.#frameData(chunk);
      }
      const data = this.#dataOf(chunk);
      this.#assertChecksum(chunk);
      this.state.take(chunk, data);
      offset = behindPngChunk(chunk);
    }
  }

  /** A chunk of a frame's pixels, without the number before them. */
  #frameData(chunk: PngChunk): PngChunk {
    const { start, length } = chunk;
    if (length < SEQUENCE_BYTES) throw new Error("Cannot read frame: it is too short");
    const { buffer, byteOffset } = this.#dataOf({ ...chunk, length: SEQUENCE_BYTES });
    this.state.takeSequence(new DataView(buffer, byteOffset).getUint32(0));
    return { ...chunk, start: start + SEQUENCE_BYTES, length: length - SEQUENCE_BYTES };
  }

  #dataOf({ start, length }: PngChunk): Uint8Array {
    const data = this.#bytes.subarray(start, start + length);
    if (data.length < length) throw new Error("Cannot read chunk: the file ends early");
    return data;
  }

  #assertChecksum({ start, length }: PngChunk): void {
    const { buffer, byteOffset } = this.#dataOf({ type: "CRC", start: start + length, length: 4 });
    const expected = new DataView(buffer, byteOffset).getUint32(0);
    if (crc32(this.#bytes.subarray(start - 4, start + length)) !== expected) {
      throw new Error("Cannot read chunk: its checksum is another one");
    }
  }
}
