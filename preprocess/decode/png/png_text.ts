/** Compressed texts and profiles of a PNG, none of which is used: what matters is that they are no bombs. */
import { Inflater } from "./inflater.ts";

/** Pillow's `MAX_TEXT_CHUNK`. */
const TEXT_BYTES_MAX = 2 ** 20;
/** Of all texts of a file; Pillow has 64 MiB, of those that it keeps. */
const TEXTS_BYTES_MAX = 16 * TEXT_BYTES_MAX;

/** What beginning to inflate a text costs, in bytes that are inflated in that time. */
const TEXT_BYTES_MIN = 16 * 1024;

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
    if (packed.length === 0) return;
    this.#buffer ??= new Uint8Array(TEXT_BYTES_MAX);
    this.#bytes += Math.max(TEXT_BYTES_MIN, inflatedLength(packed, this.#buffer));
    if (this.#bytes > TEXTS_BYTES_MAX) throw tooLong();
  }
}

/**
 * Bytes that a text inflates to; what a damaged one takes is not known, so that it counts as the longest.
 *
 * @throws {Error} when it goes on after the buffer is full.
 */
function inflatedLength(packed: Uint8Array, buffer: Uint8Array): number {
  using inflater = new Inflater();
  let isLonger: boolean;
  try {
    const { read, written } = inflater.inflate(packed, buffer);
    if (written < buffer.length) return written;
    if (read === packed.length) return written;
    const more = inflater.inflate(packed.subarray(read), buffer.subarray(0, 1));
    isLonger = more.read > 0 || more.written > 0;
  } catch {
    return buffer.length;
  }
  if (isLonger) throw tooLong();
  return buffer.length;
}

function tooLong(): Error {
  return new Error("Cannot hold a text so long");
}
