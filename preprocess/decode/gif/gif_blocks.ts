/** The bytes of a GIF's frame: blocks of up to 255 of them, each behind its length. */

/** What Pillow reads at a time. */
const PIECE_BYTES = 64 * 1024;

/** Gives bytes one by one, and finds their end where Pillow finds it. */
export class GifBlocks {
  readonly #bytes: Uint8Array;
  #offset: number;
  /** Where what Pillow has read so far ends. */
  #readEnd: number;
  #blockEnd: number;

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes;
    this.#offset = start;
    this.#blockEnd = start;
    this.#readEnd = start;
    this.readOn();
  }

  /** @throws {Error} when there are no more, or not as many as the block says. */
  next(): number {
    while (this.#offset === this.#blockEnd) this.#openBlock();
    return this.#bytes[this.#offset++] as number;
  }

  /**
   * Pillow reads on at a code for the end, too, as if pixels could come after it.
   *
   * @throws {Error} when there is nothing left to read.
   */
  readOn(): void {
    const end = Math.min(this.#bytes.length, this.#readEnd + PIECE_BYTES);
    if (end <= this.#readEnd) throw new Error("Cannot read GIF: its data end early");
    this.#readEnd = end;
  }

  /** A block of nothing, which ends the frame, is passed over. */
  #openBlock(): void {
    while (this.#offset >= this.#readEnd) this.readOn();
    const end = this.#offset + 1 + (this.#bytes[this.#offset] as number);
    while (end > this.#readEnd) this.readOn();
    this.#offset++;
    this.#blockEnd = end;
  }
}
