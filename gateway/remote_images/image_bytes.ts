/** The bytes of a file of unknown length, in one piece that doubles: what a host promises costs nothing. */

const FIRST_BYTES = 64 * 1024;

/** Bytes as they arrive. */
export class ImageBytes {
  #room = new Uint8Array(FIRST_BYTES);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(chunk: Uint8Array): void {
    const end = this.#length + chunk.length;
    if (end > this.#room.length) {
      const more = new Uint8Array(Math.max(end, 2 * this.#room.length));
      more.set(this.#room.subarray(0, this.#length));
      this.#room = more;
    }
    this.#room.set(chunk, this.#length);
    this.#length = end;
  }

  /** All of them, in a buffer of their own. */
  take(): Uint8Array<ArrayBuffer> {
    return this.#room.slice(0, this.#length);
  }
}
