/** DEFLATE, by zlib as far as somebody asks: what lies behind the last row is judged only as far as zlib itself looks. */
import { Inflater } from "../png/inflater.ts";
import type { StripReader } from "./strip_reader.ts";
import { stripEndsEarly } from "./tiff_segments.ts";

/** Reads a strip that is a zlib stream; to be closed. */
export class DeflateReader implements StripReader {
  readonly #inflater = new Inflater();
  #rest: Uint8Array;

  constructor(packed: Uint8Array) {
    this.#rest = packed;
  }

  /** @throws {Error} when the stream is damaged or ends before `out` does. */
  read(out: Uint8Array): void {
    const { read, written } = this.#inflater.inflate(this.#rest, out);
    this.#rest = this.#rest.subarray(read);
    if (written < out.length) throw stripEndsEarly();
  }

  close(): void {
    this.#inflater[Symbol.dispose]();
  }
}
