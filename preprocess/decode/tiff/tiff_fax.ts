/** Bilevel rows as fax machines send them: CCITT 1D, Group 3 and Group 4 (ITU-T T.4 and T.6; TIFF 6.0, sections 10 and 11). */
import { FAX_CODE_BITS, FAX_MODES, FAX_RUNS, HORIZONTAL, PASS, VERTICAL } from "./fax_codes.ts";
import type { StripReader } from "./strip_reader.ts";
import { stripEndsEarly } from "./tiff_segments.ts";

/** How rows are told apart. */
export type FaxKind = "rows of bytes" | "group 3" | "group 4";

/** What a reader is made for. */
export interface FaxOptions {
  readonly kind: FaxKind;
  /** Whether rows of Group 3 say, each, if they are coded by what they have in common with the one above. */
  readonly isTwoDimensional: boolean;
  /** Pixels of a row. */
  readonly width: number;
}

/** Zeros of an end of line, at least, before its 1. */
const EOL_ZEROS = 11;
const WHITE = 0;

/** Reads a strip, a row at a time: bits that are 1 are black. Every fault of a row refuses it. */
export class FaxReader implements StripReader {
  readonly #packed: Uint8Array;
  readonly #options: FaxOptions;
  readonly #hasEnds: boolean;
  /** Next bit. */
  #at = 0;
  /** Where the row above changes its colour, from white to black first; two ends of the row follow. */
  #above: number[];

  constructor(packed: Uint8Array, options: FaxOptions) {
    this.#packed = packed;
    this.#options = options;
    this.#above = [options.width, options.width];
    // Some writers leave the ends of lines out.
    this.#hasEnds = options.kind === "group 3" && this.#findEnd(0) !== undefined;
  }

  /** @throws {Error} when a code is none, a row is too long or short, or the strip ends. */
  read(out: Uint8Array): void {
    const { kind, isTwoDimensional, width } = this.#options;
    if (this.#hasEnds) this.#at = this.#findEnd(this.#at) ?? this.#fail();
    const usesAbove = kind === "group 4" || isTwoDimensional && this.#bit() === 0;
    const row = usesAbove ? this.#rowByAbove() : this.#rowOfRuns();
    if (kind === "rows of bytes") this.#at = Math.ceil(this.#at / 8) * 8;
    this.#above = [...row, width, width];
    blacken(out, row, width);
  }

  #rowOfRuns(): number[] {
    const { width } = this.#options;
    const row: number[] = [];
    let place = 0;
    for (let colour = WHITE; place < width; colour = 1 - colour) {
      place += this.#run(colour);
      row.push(place);
    }
    if (place > width) this.#fail();
    return row;
  }

  #rowByAbove(): number[] {
    const { width } = this.#options;
    const above = this.#above;
    const row: number[] = [];
    let [place, index] = [0, 0];
    while (place < width) {
      const colour = row.length % 2;
      // The next change above that is to this colour's opposite.
      while (index > 0 && (above[index - 1] as number) > place) index--;
      while (
        index % 2 !== colour ||
        (above[index] ?? width) <= place && above[index] !== width &&
          (place > 0 || above[index] !== 0)
      ) index++;
      const change = above[index] ?? width;
      const mode = this.#code(FAX_MODES);
      if (mode === PASS) {
        place = above[index + 1] ?? width;
        continue;
      }
      if (mode === HORIZONTAL) {
        const middle = place + this.#run(colour);
        place = middle + this.#run(1 - colour);
        row.push(middle, place);
        continue;
      }
      const next = change + mode - VERTICAL;
      if (next < place) this.#fail();
      row.push(next);
      place = next;
    }
    if (place > width) this.#fail();
    return row;
  }

  #run(colour: number): number {
    const codes = FAX_RUNS[colour as 0 | 1];
    let length = 0;
    for (;;) {
      const run = this.#code(codes);
      length += run;
      if (run < 64) return length;
      if (length > this.#options.width) this.#fail();
    }
  }

  #code(codes: Uint16Array): number {
    const entry = codes[this.#peek()] as number;
    if (entry === 0) this.#fail();
    this.#at += entry & 15;
    if (this.#at > this.#packed.length * 8) throw stripEndsEarly();
    return entry >> 4;
  }

  /** The next 13 bits; zeros behind the end. */
  #peek(): number {
    const byte = this.#at >> 3;
    const packed = this.#packed;
    const bits = (packed[byte] ?? 0) << 16 | (packed[byte + 1] ?? 0) << 8 | (packed[byte + 2] ?? 0);
    return bits >> 24 - FAX_CODE_BITS - (this.#at & 7) & (1 << FAX_CODE_BITS) - 1;
  }

  #bit(): number {
    const bit = (this.#packed[this.#at >> 3] ?? 0) >> 7 - (this.#at & 7) & 1;
    this.#at++;
    return bit;
  }

  /** The bit behind the next end of line. */
  #findEnd(start: number): number | undefined {
    let zeros = 0;
    for (let at = start; at < this.#packed.length * 8; at++) {
      const isZero = ((this.#packed[at >> 3] as number) >> 7 - (at & 7) & 1) === 0;
      if (!isZero && zeros >= EOL_ZEROS) return at + 1;
      zeros = isZero ? zeros + 1 : 0;
    }
    return undefined;
  }

  #fail(): never {
    throw new Error("Cannot unpack a row of a fax");
  }
}

/** Sets the bits of every other run, from the second on. */
function blacken(out: Uint8Array, row: readonly number[], width: number): void {
  out.fill(0);
  for (let index = 0; index < row.length; index += 2) {
    const end = Math.min(width, row[index + 1] ?? width);
    for (let x = row[index] as number; x < end;) {
      if ((x & 7) === 0 && end - x >= 8) {
        out[x >> 3] = 255;
        x += 8;
        continue;
      }
      out[x >> 3] = (out[x >> 3] as number) | 128 >> (x & 7);
      x++;
    }
  }
}
