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

/** Places of a row at first, as many again when they are full; and of the ends that follow them. */
const CHANGES = { first: 1024, ends: 3 };
/** Runs of no pixels take places, too: libtiff has two a pixel of a row, and some. */
const CHANGES_OF_PIXEL_MAX = 2;

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
  /** Where the row above changes its colour, from white to black first; ends of the row follow. */
  #above = new Uint32Array(CHANGES.first);
  /** The same of this row, so many as there are. */
  #row = new Uint32Array(CHANGES.first);
  #length = 0;

  constructor(packed: Uint8Array, options: FaxOptions) {
    this.#packed = packed;
    this.#options = options;
    this.#above.fill(options.width, 0, CHANGES.ends);
    // Some writers leave the ends of lines out.
    this.#hasEnds = options.kind === "group 3" && this.#findEnd(0) !== undefined;
  }

  /** @throws {Error} when a code is none, a row is too long or short, or the strip ends. */
  read(out: Uint8Array): void {
    const { kind, isTwoDimensional, width } = this.#options;
    if (this.#hasEnds) this.#at = this.#findEnd(this.#at) ?? this.#fail();
    const usesAbove = kind === "group 4" || isTwoDimensional && this.#bit() === 0;
    this.#length = 0;
    if (usesAbove) this.#readByAbove();
    else this.#readRuns();
    if (kind === "rows of bytes") this.#at = Math.ceil(this.#at / 8) * 8;
    blacken(out, this.#row.subarray(0, this.#length), width);
    const row = this.#row.fill(width, this.#length, this.#length + CHANGES.ends);
    this.#row = this.#above;
    this.#above = row;
  }

  #readRuns(): void {
    const { width } = this.#options;
    let place = 0;
    for (let colour = WHITE; place < width; colour = 1 - colour) {
      place += this.#run(colour);
      this.#push(place);
    }
    if (place > width) this.#fail();
  }

  #push(place: number): void {
    if (this.#length + CHANGES.ends >= this.#row.length) this.#grow();
    this.#row[this.#length++] = place;
  }

  #grow(): void {
    const most = CHANGES.first + CHANGES_OF_PIXEL_MAX * this.#options.width;
    if (this.#length > most) this.#fail();
    const longer = new Uint32Array(2 * this.#row.length);
    longer.set(this.#row);
    this.#row = longer;
  }

  #readByAbove(): void {
    const { width } = this.#options;
    const above = this.#above;
    let [place, index] = [0, 0];
    while (place < width) {
      const colour = this.#length % 2;
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
        this.#push(middle);
        this.#push(place);
        continue;
      }
      const next = change + mode - VERTICAL;
      if (next < place) this.#fail();
      this.#push(next);
      place = next;
    }
    if (place > width) this.#fail();
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
function blacken(out: Uint8Array, row: Uint32Array, width: number): void {
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
