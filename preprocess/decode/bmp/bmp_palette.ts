/** A BMP's palette, which Pillow leaves out where it is but grays. */
import type { BmpHead } from "../../header/bmp_header.ts";
import { unsupportedBmp } from "./bmp_kinds.ts";

/** What the indices of a BMP are. */
export interface BmpPalette {
  /** Red, green and blue of each index; `undefined` where indices are grays. */
  readonly colours: Uint8Array | undefined;
  /** Whether there are but black and white. */
  readonly isBilevel: boolean;
  /** Where it ends. */
  readonly end: number;
}

const COLOURS_MAX = 65_536;
const INDICES = 256;
/** Whatever is not 0 is white, also in what is put around a picture. */
const BLACK_AND_WHITE = Uint8Array.from({ length: INDICES * 3 }, (_, at) => at < 3 ? 0 : 255);

/**
 * Reads as much of it as there is in the file; colours that are missing are black.
 *
 * @throws {Refusal} `unsupported_image` where it has too many colours.
 */
export function readBmpPalette(bytes: Uint8Array, head: BmpHead): BmpPalette {
  const { colours: count, colourBytes, paletteStart } = head;
  if (count > COLOURS_MAX) throw unsupportedBmp("so many colours");
  const packed = bytes.subarray(paletteStart, paletteStart + count * colourBytes);
  const end = paletteStart + packed.length;
  const isBilevel = count <= 2;
  if (isGray(packed, head)) {
    return { colours: isBilevel ? wholePalette(BLACK_AND_WHITE) : undefined, isBilevel, end };
  }
  const whole = Math.floor(packed.length / colourBytes);
  if (whole > INDICES) throw unsupportedBmp("so many colours");
  const colours = Uint8Array.from(
    { length: whole * 3 },
    (_, at) => packed[Math.floor(at / 3) * colourBytes + 2 - at % 3] as number,
  );
  return { colours: wholePalette(colours), isBilevel: false, end };
}

/** Whether each colour is the gray of its own index, of two black and white. */
function isGray(packed: Uint8Array, { colours: count, colourBytes }: BmpHead): boolean {
  for (let index = 0; index < count; index++) {
    const level = count === 2 ? index * 255 : index & 255;
    for (let part = 0; part < 3; part++) {
      if (packed[index * colourBytes + part] !== level) return false;
    }
  }
  return true;
}

function wholePalette(colours: Uint8Array): Uint8Array {
  const palette = new Uint8Array(INDICES * 3);
  palette.set(colours);
  return palette;
}
