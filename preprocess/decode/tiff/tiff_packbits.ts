/** PackBits, runs of equal bytes and of others (TIFF 6.0, section 9). */
import type { StripReader } from "./strip_reader.ts";
import { stripEndsEarly } from "./tiff_segments.ts";

/** A count that stands for nothing. */
const NO_RUN = 128;

/** Reads a strip that was packed so. */
export class PackBitsReader implements StripReader {
  readonly #packed: Uint8Array;
  #at = 0;
  /** Bytes that are left of the run. */
  #left = 0;
  #isRepeated = false;

  constructor(packed: Uint8Array) {
    this.#packed = packed;
  }

  /** @throws {Error} when the strip ends before `out` does. */
  read(out: Uint8Array): void {
    let written = 0;
    while (written < out.length) {
      if (this.#left === 0) this.#begin();
      const length = Math.min(this.#left, out.length - written);
      const source = this.#isRepeated ? this.#at - 1 : this.#at;
      if (this.#isRepeated) {
        out.fill(this.#packed[source] as number, written, written + length);
      } else {
        if (source + length > this.#packed.length) throw stripEndsEarly();
        out.set(this.#packed.subarray(source, source + length), written);
        this.#at += length;
      }
      written += length;
      this.#left -= length;
    }
  }

  #begin(): void {
    const packed = this.#packed;
    while (packed[this.#at] === NO_RUN) this.#at++;
    if (this.#at >= packed.length - 1) throw stripEndsEarly();
    const count = packed[this.#at++] as number;
    this.#isRepeated = count > NO_RUN;
    this.#left = this.#isRepeated ? 257 - count : count + 1;
    if (this.#isRepeated) this.#at++;
  }
}
