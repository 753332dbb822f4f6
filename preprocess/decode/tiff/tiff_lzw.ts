/** LZW as TIFF packs it (TIFF 6.0, section 13), and as it was packed before that; what is damaged as libtiff sees it. */
import type { StripReader } from "./strip_reader.ts";
import { stripEndsEarly } from "./tiff_segments.ts";

/** Codes for starting anew and for the end; the first ones below are bytes. */
const [CLEAR, END, FIRST_FREE] = [256, 257, 258];
const [BITS_MIN, BITS_MAX] = [9, 12];
const CODES_MAX = 1 << BITS_MAX;
/** libtiff counts on for so many codes, though no code can name them. */
const TABLE_MAX = CODES_MAX - 1 + 1024;
/** The longest string has a byte more for every code. */
const STRING_MAX = TABLE_MAX;

/** The string of a code is that of another code and one more byte. */
const prefixes = new Uint16Array(CODES_MAX);
const lasts = new Uint8Array(CODES_MAX);
const firsts = new Uint8Array(CODES_MAX);
const lengths = new Uint16Array(CODES_MAX);
for (let byte = 0; byte < CLEAR; byte++) {
  lasts[byte] = firsts[byte] = byte;
  lengths[byte] = 1;
}

/** What of the last string did not fit in. */
const rest = new Uint8Array(STRING_MAX);

/** Whether a strip's codes begin at the lowest bit and widen one later, as before TIFF 5.0 was settled. */
export function isOldLzw(packed: Uint8Array): boolean {
  return packed[0] === 0 && ((packed[1] ?? 0) & 1) === 1;
}

/** Reads a strip. The table is shared: a strip is to be read to its end before another is begun. */
export class LzwReader implements StripReader {
  readonly #packed: Uint8Array;
  readonly #isOld: boolean;
  #at = 0;
  #held = 0;
  #heldBits = 0;
  #bits = BITS_MIN;
  /** The next code that gets a string; before the first start none does. */
  #next = -1;
  #previous = CLEAR;
  #restStart = 0;
  #restEnd = 0;

  /** @param isOld As `isOldLzw()` says of the file's first strip. */
  constructor(packed: Uint8Array, isOld: boolean) {
    this.#packed = packed;
    this.#isOld = isOld;
  }

  /** @throws {Error} when a code is none that the strip has defined, or the strip ends. */
  read(out: Uint8Array): void {
    let written = this.#takeRest(out);
    while (written < out.length) {
      const code = this.#code();
      if (code === CLEAR) {
        this.#clear();
        continue;
      }
      if (code === END) throw stripEndsEarly();
      this.#define(code);
      written = this.#write(code, out, written);
    }
  }

  #takeRest(out: Uint8Array): number {
    const length = Math.min(this.#restEnd - this.#restStart, out.length);
    out.set(rest.subarray(this.#restStart, this.#restStart + length));
    this.#restStart += length;
    return length;
  }

  #clear(): void {
    this.#next = FIRST_FREE;
    this.#bits = BITS_MIN;
    this.#previous = CLEAR;
  }

  /** Gives the next code its string: that of the code before and the first byte of this one's. */
  #define(code: number): void {
    const next = this.#next;
    const previous = this.#previous;
    this.#previous = code;
    if (previous === CLEAR) {
      if (next < 0 || code > CLEAR) throw unknownCode();
      return;
    }
    if (code > next || next < 0) throw unknownCode();
    if (next < CODES_MAX) {
      prefixes[next] = previous;
      lengths[next] = (lengths[previous] as number) + 1;
      firsts[next] = firsts[previous] as number;
      lasts[next] = firsts[code === next ? previous : code] as number;
    }
    this.#next = next + 1 < TABLE_MAX ? next + 1 : -1;
    const widest = (1 << this.#bits) - (this.#isOld ? 0 : 1);
    if (next + 1 === widest && this.#bits < BITS_MAX) this.#bits++;
  }

  /** Writes a code's string from its end, into `rest` first where `out` is too short. */
  #write(code: number, out: Uint8Array, start: number): number {
    const length = lengths[code] as number;
    const fits = start + length <= out.length;
    const target = fits ? out : rest;
    let link = code;
    const first = fits ? start : 0;
    for (let place = first + length; place > first; link = prefixes[link] as number) {
      target[--place] = lasts[link] as number;
    }
    if (fits) return start + length;
    this.#restStart = out.length - start;
    this.#restEnd = length;
    out.set(rest.subarray(0, this.#restStart), start);
    return out.length;
  }

  #code(): number {
    const bits = this.#bits;
    const mask = (1 << bits) - 1;
    while (this.#heldBits < bits) {
      if (this.#at >= this.#packed.length) throw stripEndsEarly();
      const byte = this.#packed[this.#at++] as number;
      this.#held = this.#isOld
        ? this.#held | byte << this.#heldBits
        : (this.#held << 8 | byte) & 0xffffff;
      this.#heldBits += 8;
    }
    this.#heldBits -= bits;
    if (!this.#isOld) return this.#held >> this.#heldBits & mask;
    const code = this.#held & mask;
    this.#held >>= bits;
    return code;
  }
}

function unknownCode(): Error {
  return new Error("Cannot unpack LZW: it has a code before its string");
}
