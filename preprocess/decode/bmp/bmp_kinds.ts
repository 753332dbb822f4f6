/** Kinds of BMP pixels, and what Pillow makes of each (`BmpImagePlugin.py`, BIT2MODE and MASK_MODES; `Unpack.c`). */
import type { PixelMode } from "../../contract/pixels.ts";
import { Refusal } from "../../contract/refusal.ts";
import { BMP_COMPRESSION, type BmpHead } from "../../header/bmp_header.ts";

/** Unpacks a row into so many pixels, without space between them. */
type Unpack = (row: Uint8Array, pixels: Uint8Array) => void;

/** What a kind becomes. */
export interface BmpKind {
  readonly mode: PixelMode;
  /** Bits a pixel of the file. */
  readonly bits: number;
  readonly unpack: Unpack;
}

/** Indices, or grays, of so many bits. */
export const BMP_INDICES: Readonly<Record<number, BmpKind>> = {
  1: { mode: "P", bits: 1, unpack: indices(1) },
  4: { mode: "P", bits: 4, unpack: indices(4) },
  8: { mode: "P", bits: 8, unpack: indices(8) },
};

const BGR: BmpKind = { mode: "RGB", bits: 24, unpack: places(3, [2, 1, 0]) };
const BGRX: BmpKind = { mode: "RGB", bits: 32, unpack: places(4, [2, 1, 0]) };
const XBGR: BmpKind = { mode: "RGB", bits: 32, unpack: places(4, [3, 2, 1]) };
const BGXR: BmpKind = { mode: "RGB", bits: 32, unpack: places(4, [3, 1, 0]) };
const ABGR: BmpKind = { mode: "RGBA", bits: 32, unpack: places(4, [3, 2, 1, 0]) };
const RGBA: BmpKind = { mode: "RGBA", bits: 32, unpack: places(4, [0, 1, 2, 3]) };
const BGRA: BmpKind = { mode: "RGBA", bits: 32, unpack: places(4, [2, 1, 0, 3]) };
const BGAR: BmpKind = { mode: "RGBA", bits: 32, unpack: places(4, [3, 1, 0, 2]) };
const BGR15: BmpKind = { mode: "RGB", bits: 16, unpack: fields(31) };
const BGR16: BmpKind = { mode: "RGB", bits: 16, unpack: fields(63) };

const PLAIN: Readonly<Record<number, BmpKind>> = { 16: BGR15, 24: BGR, 32: BGRX };

/** By the masks of red, green, blue and, with 32 bits, alpha. */
const MASKED: Readonly<Record<string, BmpKind>> = {
  "32 ff0000 ff00 ff 0": BGRX,
  "32 ff000000 ff0000 ff00 0": XBGR,
  "32 ff000000 ff00 ff 0": BGXR,
  "32 ff000000 ff0000 ff00 ff": ABGR,
  "32 ff ff00 ff0000 ff000000": RGBA,
  "32 ff0000 ff00 ff ff000000": BGRA,
  "32 ff000000 ff00 ff ff0000": BGAR,
  "32 0 0 0 0": BGRA,
  "24 ff0000 ff00 ff": BGR,
  "16 f800 7e0 1f": BGR16,
  "16 7c00 3e0 1f": BGR15,
};

/**
 * Of pixels that are no indices.
 *
 * @throws {Refusal} `unsupported_image`.
 */
export function bmpKind({ bits, compression, masks }: BmpHead): BmpKind {
  const isPlain = compression === BMP_COMPRESSION.none;
  const kind = isPlain ? PLAIN[bits] : MASKED[maskKey(bits, masks)];
  const isKnown = isPlain || compression === BMP_COMPRESSION.bitFields;
  if (kind === undefined || !isKnown) throw unsupportedBmp(`${bits} bits, packed in this way,`);
  return kind;
}

/** The error for a kind that Pillow does not read either. */
export function unsupportedBmp(what: string): Refusal {
  const message = `Cannot decode image: BMPs of ${what} are not supported`;
  return new Refusal("unsupported_image", message);
}

function maskKey(
  bits: number,
  [red = 0, green = 0, blue = 0, alpha = 0]: readonly number[],
): string {
  const colours = [red, green, blue, ...bits === 32 ? [alpha] : []];
  return [bits, ...colours.map((mask) => mask.toString(16))].join(" ");
}

/** Several pixels a byte, the first in its upper bits. */
function indices(bits: number): Unpack {
  const inByte = 8 / bits;
  const most = 2 ** bits - 1;
  return (row, pixels) => {
    for (let at = 0; at < pixels.length; at++) {
      const shift = 8 - bits * (at % inByte + 1);
      pixels[at] = (row[Math.floor(at / inByte)] as number) >> shift & most;
    }
  };
}

/** Whole bytes, in another order. */
function places(bytes: number, order: readonly number[]): Unpack {
  const [red = 0, green = 0, blue = 0, alpha] = order;
  return (row, pixels) => {
    let at = 0;
    for (let from = 0; at < pixels.length; from += bytes) {
      pixels[at++] = row[from + red] as number;
      pixels[at++] = row[from + green] as number;
      pixels[at++] = row[from + blue] as number;
      if (alpha !== undefined) pixels[at++] = row[from + alpha] as number;
    }
  };
}

/** Fields of 5 bits, that of green up to so much; all of them become 0..255, less their fractions. */
function fields(greenMax: number): Unpack {
  const redShift = greenMax === 63 ? 11 : 10;
  return (row, pixels) => {
    let from = 0;
    for (let at = 0; at < pixels.length; at += 3) {
      const pixel = (row[from++] as number) | (row[from++] as number) << 8;
      pixels[at] = Math.floor((pixel >> redShift & 31) * 255 / 31);
      pixels[at + 1] = Math.floor((pixel >> 5 & greenMax) * 255 / greenMax);
      pixels[at + 2] = Math.floor((pixel & 31) * 255 / 31);
    }
  };
}
