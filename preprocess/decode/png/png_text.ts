/** Compressed texts and profiles of a PNG, none of which is used: what matters is that they are no bombs. */
import { Inflater } from "./inflater.ts";

/** Pillow's `MAX_TEXT_CHUNK`. */
const TEXT_BYTES_MAX = 2 ** 20;
/** Of all texts of a file; Pillow has 64 MiB, of those that it keeps. */
const TEXTS_BYTES_MAX = 16 * TEXT_BYTES_MAX;

/** Bytes that one of deflate's becomes at most. */
const GROWTH_MAX = 1032;

/** Counts what the texts of one file inflate to. */
export class PngTexts {
  #bytes = 0;
  #buffer: Uint8Array | undefined;

  /**
   * Takes a text in, as zlib packed it. Damage is nothing to Pillow.
   *
   * @throws {Error} when it is too long, or all of them are.
   */
  add(packed: Uint8Array): void {
    this.#buffer ??= new Uint8Array(TEXT_BYTES_MAX);
    // What a damaged one takes is not known.
    this.#bytes += Math.min(packed.length * GROWTH_MAX, TEXT_BYTES_MAX);
    if (isLonger(packed, this.#buffer) || this.#bytes > TEXTS_BYTES_MAX) {
      throw new Error("Cannot hold a text so long");
    }
  }
}

/** Whether a text goes on when the buffer is full. */
function isLonger(packed: Uint8Array, buffer: Uint8Array): boolean {
  using inflater = new Inflater();
  try {
    const { read, written } = inflater.inflate(packed, buffer);
    if (written < buffer.length || read === packed.length) return false;
    const more = inflater.inflate(packed.subarray(read), buffer.subarray(0, 1));
    return more.read > 0 || more.written > 0;
  } catch {
    return false;
  }
}
