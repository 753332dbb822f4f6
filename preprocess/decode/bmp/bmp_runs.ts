/** Runs of pixels of a BMP, RLE8 and RLE4, taken as Pillow's `BmpRleDecoder` takes them. */

/** What the runs are of. */
export interface BmpRuns {
  /** Where they begin. */
  readonly start: number;
  readonly width: number;
  readonly height: number;
  /** Whether a byte holds two pixels. */
  readonly isHalfBytes: boolean;
}

const ESCAPE = { endOfLine: 0, endOfBitmap: 1, delta: 2 };

/**
 * Unpacks runs to u8 [height, width], the rows in the order of the file.
 *
 * @throws {Error} when they end before the pixels do.
 */
export function unpackBmpRuns(bytes: Uint8Array, runs: BmpRuns): Uint8Array {
  const reader = new RunReader(bytes, runs);
  while (reader.isShort()) {
    if (!reader.step()) break;
  }
  if (reader.isShort()) throw new Error("Cannot read BMP: its runs end early");
  return reader.pixels;
}

class RunReader {
  readonly pixels: Uint8Array;
  readonly #bytes: Uint8Array;
  readonly #runs: BmpRuns;
  #offset: number;
  /** Pixels so far. */
  #length = 0;
  /** Column that the next run begins at, as Pillow counts it: not always where its pixels come to lie. */
  #x = 0;

  constructor(bytes: Uint8Array, runs: BmpRuns) {
    this.#bytes = bytes;
    this.#runs = runs;
    this.#offset = runs.start;
    this.pixels = new Uint8Array(runs.width * runs.height);
  }

  isShort(): boolean {
    return this.#length < this.pixels.length;
  }

  /** @returns Whether there is another one. */
  step(): boolean {
    const count = this.#bytes[this.#offset++];
    const value = this.#bytes[this.#offset++];
    if (count === undefined || value === undefined) return false;
    if (count > 0) {
      this.#repeat(count, value);
      return true;
    }
    if (value === ESCAPE.endOfBitmap) return false;
    if (value === ESCAPE.delta) return this.#skip();
    if (value === ESCAPE.endOfLine) {
      this.#length = Math.ceil(this.#length / this.#runs.width) * this.#runs.width;
      this.#x = 0;
      return true;
    }
    return this.#copy(value);
  }

  #repeat(count: number, value: number): void {
    const { width, isHalfBytes } = this.#runs;
    const inRow = Math.max(0, Math.min(count, width - this.#x));
    for (let index = 0; index < inRow; index++) {
      this.#put(isHalfBytes ? value >> (index % 2 === 0 ? 4 : 0) & 15 : value);
    }
    // Pillow goes on behind the run, where that was cut at the row's end.
    this.#x += inRow;
  }

  #skip(): boolean {
    const right = this.#bytes[this.#offset++];
    const up = this.#bytes[this.#offset++];
    if (right === undefined || up === undefined) return false;
    const { width } = this.#runs;
    this.#length = Math.min(this.pixels.length, this.#length + right + up * width);
    this.#x = this.#length % width;
    return true;
  }

  #copy(count: number): boolean {
    const { isHalfBytes } = this.#runs;
    const pixels = Math.min(this.pixels.length - this.#length, count);
    const byteCount = isHalfBytes ? Math.ceil(pixels / 2) : pixels;
    const packed = this.#bytes.subarray(this.#offset, this.#offset + byteCount);
    this.#offset += packed.length;
    for (let index = 0; index < (isHalfBytes ? pixels : packed.length); index++) {
      const byte = packed[isHalfBytes ? index >> 1 : index];
      if (byte === undefined) break;
      this.#put(isHalfBytes ? byte >> (index % 2 === 0 ? 4 : 0) & 15 : byte);
    }
    if (packed.length < byteCount || !this.isShort()) return false;
    this.#x += count;
    // The next run begins at an even byte of the file.
    this.#offset += this.#offset % 2;
    return true;
  }

  #put(pixel: number): void {
    if (this.isShort()) this.pixels[this.#length] = pixel;
    this.#length++;
  }
}
