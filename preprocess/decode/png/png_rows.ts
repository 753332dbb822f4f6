/** Rows of a PNG as they are inflated, in the very steps in which Pillow's `ZipDecode.c` takes them. */
import { Inflater } from "./inflater.ts";

/** Fills buffers with inflated bytes, as many as are asked for. */
export class InflatedRows implements Disposable {
  readonly #inflater = new Inflater();
  readonly #pieces: Iterator<Uint8Array>;
  #piece: Uint8Array = new Uint8Array(0);
  /** Whether the last step wrote something: a stream that ends with a row ends the picture, too. */
  #hasWritten = false;

  /** @param pieces Compressed bytes, as they are read one after the other; none of them empty. */
  constructor(pieces: Iterator<Uint8Array>) {
    this.#pieces = pieces;
  }

  /**
   * Fills `rows`, which are all of one length.
   *
   * As in Pillow, the picture's last row comes only while there are compressed bytes left, so that it has to be asked
   * for by itself; and what comes behind it is inflated up to the next byte of output, a wrong checksum included.
   *
   * @returns Rows filled; fewer than all, where the stream ends with one of them.
   * @throws {Error} when the data are damaged, or end within a row.
   */
  fill(rows: Uint8Array, rowBytes: number): number {
    let filled = 0;
    while (filled < rows.length) {
      if (this.#piece.length === 0 && !this.#nextPiece()) return this.#end(filled, rowBytes);
      const { read, written } = this.#inflater.inflate(this.#piece, rows.subarray(filled));
      if (read === 0 && written === 0) return this.#end(filled, rowBytes);
      this.#piece = this.#piece.subarray(read);
      this.#hasWritten = written > 0;
      filled += written;
    }
    return filled / rowBytes;
  }

  [Symbol.dispose](): void {
    this.#inflater[Symbol.dispose]();
  }

  #nextPiece(): boolean {
    const { value, done } = this.#pieces.next();
    if (done) return false;
    this.#piece = value;
    return true;
  }

  #end(filled: number, rowBytes: number): number {
    if (filled % rowBytes === 0 && this.#hasWritten && this.#hasEnded()) return filled / rowBytes;
    throw new Error("Cannot read PNG: its data end early");
  }

  /** Whether the stream takes no byte more. */
  #hasEnded(): boolean {
    const { read, written } = this.#inflater.inflate(new Uint8Array(1), new Uint8Array(1));
    return read === 0 && written === 0;
  }
}
