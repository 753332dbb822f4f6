/**
 * The LZW codes of a GIF's frame (GIF89a, appendix F), taken as Pillow's `GifDecode.c` takes them: damage that it
 * overlooks is overlooked, and a frame that lacks pixels is refused.
 */
import type { GifHead } from "../../header/gif_header.ts";
import { GifBlocks } from "./gif_blocks.ts";

const CODE_BITS_MAX = 12;
const CODES_MAX = 2 ** CODE_BITS_MAX;
/** Longest string of pixels behind its first. */
const TAIL_MAX = CODES_MAX;

/** First row of each pass of an interlaced frame, and the way to the next one. */
const PASSES = [[0, 8], [4, 8], [2, 4], [1, 2]] as const;
const WHOLE = [[0, 1]] as const;

/**
 * Unpacks the frame's pixels to where they belong.
 *
 * @param canvas u8 [height, width], of the head's size.
 * @throws {Error} when the codes are damaged, or end before the pixels do.
 */
export function unpackGifCodes(bytes: Uint8Array, head: GifHead, canvas: Uint8Array): void {
  if (head.codeBits > CODE_BITS_MAX) throw broken();
  const codes = new CodeStrings(new GifBlocks(bytes, head.dataStart), head.codeBits);
  for (const start of rowStarts(head)) {
    const end = start + head.frame.width;
    for (let at = start; at < end;) at = codes.write(canvas, at, end);
  }
}

/** Where each row begins on the canvas, in the order of the file. */
function* rowStarts({ width, frame, isInterlaced }: GifHead): Generator<number> {
  for (const [first, step] of isInterlaced ? PASSES : WHOLE) {
    for (let y = first; y < frame.height; y += step) yield (frame.y + y) * width + frame.x;
  }
}

/** Strings of pixels, each of which a code stands for. */
class CodeStrings {
  readonly #blocks: GifBlocks;
  readonly #clear: number;
  readonly #prefixes = new Uint16Array(CODES_MAX);
  readonly #suffixes = new Uint8Array(CODES_MAX);
  readonly #firstBits: number;
  /** Pixels of the string that are not written yet, from here to the end of it. */
  readonly #tail = new Uint8Array(TAIL_MAX);
  #tailStart = TAIL_MAX;
  #held = 0;
  #heldBits = 0;
  #codeBits = 0;
  /** The code that is given next; none stands behind it. */
  #free = 0;
  #lastCode: number | undefined;
  #firstPixel = 0;

  constructor(blocks: GifBlocks, bits: number) {
    this.#blocks = blocks;
    this.#clear = 2 ** bits;
    this.#firstBits = bits + 1;
    this.#restart();
  }

  /** Writes what there is of a string, up to `end`; @returns behind its last pixel. */
  write(canvas: Uint8Array, from: number, end: number): number {
    let at = from;
    if (this.#tailStart === TAIL_MAX) {
      this.#nextString();
      canvas[at++] = this.#firstPixel;
    }
    const tail = this.#tail;
    let next = this.#tailStart;
    while (at < end && next < TAIL_MAX) canvas[at++] = tail[next++] as number;
    this.#tailStart = next;
    return at;
  }

  #nextString(): void {
    for (;;) {
      const code = this.#nextCode();
      if (code === this.#clear) {
        this.#restart();
      } else if (code === this.#clear + 1) {
        this.#blocks.readOn();
      } else if (this.#lastCode === undefined) {
        if (code > this.#clear) throw broken();
        this.#firstPixel = code & 255;
        this.#lastCode = code;
        return;
      } else {
        this.#expand(code, this.#lastCode);
        this.#lastCode = code;
        return;
      }
    }
  }

  #expand(code: number, lastCode: number): void {
    const free = this.#free;
    if (code > free) throw broken();
    let at = TAIL_MAX;
    let rest = code;
    if (code === free) {
      this.#tail[--at] = this.#firstPixel;
      rest = lastCode;
    }
    while (rest >= this.#clear) {
      if (at === 0 || rest >= CODES_MAX) throw broken();
      this.#tail[--at] = this.#suffixes[rest] as number;
      rest = this.#prefixes[rest] as number;
    }
    this.#tailStart = at;
    this.#firstPixel = rest & 255;
    if (free >= CODES_MAX) return;
    this.#suffixes[free] = rest;
    this.#prefixes[free] = lastCode;
    if (free === (1 << this.#codeBits) - 1 && this.#codeBits < CODE_BITS_MAX) this.#codeBits++;
    this.#free = free + 1;
  }

  #nextCode(): number {
    while (this.#heldBits < this.#codeBits) {
      this.#held |= this.#blocks.next() << this.#heldBits;
      this.#heldBits += 8;
    }
    const code = this.#held & ((1 << this.#codeBits) - 1);
    this.#held >>>= this.#codeBits;
    this.#heldBits -= this.#codeBits;
    return code;
  }

  #restart(): void {
    this.#free = this.#clear + 2;
    this.#codeBits = this.#firstBits;
    this.#lastCode = undefined;
  }
}

function broken(): Error {
  return new Error("Cannot read GIF: its codes are damaged");
}
