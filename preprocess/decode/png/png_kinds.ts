/** Kinds of PNG pixels, and what Pillow makes of each (`PngImagePlugin.py`, _MODES; `Unpack.c`). */
import type { PixelMode } from "../../contract/pixels.ts";
import { type PngFields, pngPixelBits } from "../../header/png_chunks.ts";

/** Unpacks a row into so many pixels, without space between them. */
type Unpack = (row: Uint8Array, pixels: Uint8Array) => void;

/** What a kind becomes. */
export interface PngKind {
  readonly mode: PixelMode;
  /** Bits a pixel of the file. */
  readonly bits: number;
  readonly unpack: Unpack;
  /** Whether its palette stands in the file. */
  readonly hasPalette: boolean;
  /** The palette of a kind that has none in the file, but is resized as if it had. */
  readonly palette?: Uint8Array;
  /** Bytes that a chunk tRNS must have at least. */
  readonly transparencyBytes: number;
}

/** Whatever is not 0 is white, also in what is put around a picture. */
const BLACK_AND_WHITE = Uint8Array.from({ length: 256 * 3 }, (_, at) => at < 3 ? 0 : 255);

/** `undefined` where there is no such kind. */
export function pngKind(fields: Pick<PngFields, "depth" | "colourType">): PngKind | undefined {
  const bits = pngPixelBits(fields);
  if (bits === undefined) return undefined;
  const { depth, colourType } = fields;
  const kind = { bits, hasPalette: colourType === 3, transparencyBytes: 0 };
  switch (colourType) {
    case 0:
      return { ...kind, ...gray(depth), transparencyBytes: 2 };
    case 2:
      return {
        ...kind,
        mode: "RGB",
        unpack: depth === 8 ? copy : upperBytes,
        transparencyBytes: 6,
      };
    case 3:
      return { ...kind, mode: "P", unpack: depth === 8 ? copy : parts(depth, 1) };
    case 4:
      return { ...kind, mode: "RGBA", unpack: grayAlpha(depth / 8) };
    default:
      return { ...kind, mode: "RGBA", unpack: depth === 8 ? copy : upperBytes };
  }
}

function gray(depth: number): Pick<PngKind, "mode" | "unpack" | "palette"> {
  switch (depth) {
    case 1:
      return { mode: "P", unpack: parts(1, 1), palette: BLACK_AND_WHITE };
    case 8:
      return { mode: "L", unpack: copy };
    case 16:
      return { mode: "I;16", unpack: swapBytes };
    default:
      return { mode: "L", unpack: parts(depth, 255 / (2 ** depth - 1)) };
  }
}

function copy(row: Uint8Array, pixels: Uint8Array): void {
  pixels.set(row.subarray(0, pixels.length));
}

function upperBytes(row: Uint8Array, pixels: Uint8Array): void {
  for (let at = 0; at < pixels.length; at++) pixels[at] = row[at * 2] as number;
}

/** From the file's byte order, big-endian, to the machine's. */
function swapBytes(row: Uint8Array, pixels: Uint8Array): void {
  for (let at = 0; at < pixels.length; at += 2) {
    pixels[at] = row[at + 1] as number;
    pixels[at + 1] = row[at] as number;
  }
}

/** Several pixels a byte, the first in its upper bits. */
function parts(bits: number, factor: number): Unpack {
  const inByte = 8 / bits;
  const levels = Uint8Array.from({ length: 256 * inByte }, (_, at) => {
    const shift = 8 - bits * (at % inByte + 1);
    return (Math.floor(at / inByte) >> shift & 2 ** bits - 1) * factor;
  });
  return (row, pixels) => {
    for (let at = 0; at < pixels.length; at++) {
      const byte = row[Math.floor(at / inByte)] as number;
      pixels[at] = levels[byte * inByte + at % inByte] as number;
    }
  };
}

function grayAlpha(sampleBytes: number): Unpack {
  return (row, pixels) => {
    let from = 0;
    for (let at = 0; at < pixels.length; at += 4) {
      const level = row[from] as number;
      pixels[at] = level;
      pixels[at + 1] = level;
      pixels[at + 2] = level;
      pixels[at + 3] = row[from + sampleBytes] as number;
      from += 2 * sampleBytes;
    }
  };
}
