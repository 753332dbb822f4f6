/** Rows of samples as a TIFF has them, to pixels (source: Pillow's Unpack.c, by its names of layouts). */
import type { PixelMode } from "../../contract/pixels.ts";

/** u8 [256]: each byte's bits from the lowest to the highest. */
const REVERSED: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => {
  let reversed = 0;
  for (let bit = 0; bit < 8; bit++) reversed = reversed << 1 | byte >> bit & 1;
  return reversed;
});

/** Turns a row into pixels, `count` of them, from the beginning of `out`. */
type UnpackRow = (row: Uint8Array, out: Uint8Array, count: number) => void;

/** How a row's samples lie. */
export interface RowLayout {
  /** Of a pixel in the file. */
  readonly bits: number;
  readonly unpack: UnpackRow;
}

/** Mode and layout of Pillow's, in one word with a colon between them. */
const LAYOUTS: Readonly<Record<string, RowLayout>> = {
  "1:1": levels(1, {}),
  "1:1;I": levels(1, { isInverse: true }),
  "1:1;R": levels(1, { isReversed: true }),
  "1:1;IR": levels(1, { isInverse: true, isReversed: true }),
  "L:L;2": levels(2, { scale: 0x55 }),
  "L:L;2I": levels(2, { scale: 0x55, isInverse: true }),
  "L:L;2R": levels(2, { scale: 0x55, isReversed: true }),
  "L:L;2IR": levels(2, { scale: 0x55, isInverse: true, isReversed: true }),
  "L:L;4": levels(4, { scale: 0x11 }),
  "L:L;4I": levels(4, { scale: 0x11, isInverse: true }),
  "L:L;4R": levels(4, { scale: 0x11, isReversed: true }),
  "L:L;4IR": levels(4, { scale: 0x11, isInverse: true, isReversed: true }),
  "L:L": bytes(1, [0]),
  "L:LX": bytes(2, [0]),
  "L:L;I": levels(8, { isInverse: true }),
  "L:L;R": levels(8, { isReversed: true }),
  "LA:LA": bytes(2, [0, 0, 0, 1]),
  "P:P;1": levels(1, {}),
  "P:P;2": levels(2, {}),
  "P:P;4": levels(4, {}),
  "P:P": bytes(1, [0]),
  "P:P;R": levels(8, { isReversed: true }),
  "P:PX": bytes(2, [0]),
  "PA:PA": bytes(2, [0]),
  "RGB:RGB": bytes(3, [0, 1, 2]),
  "RGB:RGB;R": { bits: 24, unpack: levels(8, { isReversed: true, samples: 3 }).unpack },
  "RGB:RGB;16L": bytes(6, [1, 3, 5]),
  "RGB:RGB;16B": bytes(6, [0, 2, 4]),
  "RGB:RGBX": bytes(4, [0, 1, 2]),
  "RGB:RGBXX": bytes(5, [0, 1, 2]),
  "RGB:RGBXXX": bytes(6, [0, 1, 2]),
  "RGB:RGBX;16L": bytes(8, [1, 3, 5]),
  "RGB:RGBX;16B": bytes(8, [0, 2, 4]),
  "RGBA:RGBA": bytes(4, [0, 1, 2, 3]),
  "RGBA:RGBAX": bytes(5, [0, 1, 2, 3]),
  "RGBA:RGBAXX": bytes(6, [0, 1, 2, 3]),
  "RGBA:RGBA;16L": bytes(8, [1, 3, 5, 7]),
  "RGBA:RGBA;16B": bytes(8, [0, 2, 4, 6]),
  "RGBA:RGBa": multiplied(4, [0, 1, 2, 3]),
  "RGBA:RGBaX": multiplied(5, [0, 1, 2, 3]),
  "RGBA:RGBaXX": multiplied(6, [0, 1, 2, 3]),
  "RGBA:RGBa;16L": multiplied(8, [1, 3, 5, 7]),
  "RGBA:RGBa;16B": multiplied(8, [0, 2, 4, 6]),
  "CMYK:CMYK": bytes(4, [0, 1, 2, 3]),
  "CMYK:CMYKX": bytes(5, [0, 1, 2, 3]),
  "CMYK:CMYKXX": bytes(6, [0, 1, 2, 3]),
  "CMYK:CMYK;16L": bytes(8, [1, 3, 5, 7]),
  "CMYK:CMYK;16B": bytes(8, [0, 2, 4, 6]),
  "YCbCr:YCbCr": bytes(3, [0, 1, 2]),
  "I;16:I;16": bytes(2, [0, 1]),
  "I;16B:I;16B": bytes(2, [0, 1]),
  "I;16B:I;16N": bytes(2, [1, 0]),
  "I;16:I;16R": levels16Reversed(),
  "I;16:I;12": levels12(),
  "I:I": bytes(4, [0, 1, 2, 3]),
  "I:I;32N": bytes(4, [0, 1, 2, 3]),
  "I:I;32S": bytes(4, [0, 1, 2, 3]),
  "I:I;32BS": bytes(4, [3, 2, 1, 0]),
  "I:I;16S": signed16(true),
  "I:I;16BS": signed16(false),
  "F:F": bytes(4, [0, 1, 2, 3]),
  "F:F;32F": bytes(4, [0, 1, 2, 3]),
  "F:F;32BF": bytes(4, [3, 2, 1, 0]),
};

/** Bands that have planes of their own, by the letters of a layout. */
const BANDS: Readonly<Record<string, string>> = { RGB: "RGB", RGBA: "RGBA", CMYK: "CMYK" };

/** What a mode of Pillow's is here. */
export const PIXEL_MODES: Readonly<Record<string, PixelMode>> = {
  1: "P",
  L: "L",
  LA: "RGBA",
  P: "P",
  PA: "PA",
  RGB: "RGB",
  RGBA: "RGBA",
  CMYK: "CMYK",
  YCbCr: "YCbCr",
  "I;16": "I;16",
  "I;16B": "I;16B",
  I: "I",
  F: "F",
};

/** How rows of a layout become pixels of a mode; `undefined` where Pillow knows no way. */
export function rowLayout(mode: string, layout: string): RowLayout | undefined {
  const band = BANDS[mode]?.indexOf(layout) ?? -1;
  if (layout.length === 1 && band >= 0) return bandLayout(mode, band, 1);
  return LAYOUTS[`${mode}:${layout}`];
}

/**
 * How rows of one band become that band of pixels.
 *
 * @param sampleBytes 1, or 2 of which the upper byte is kept, in little-endian order.
 */
export function bandLayout(mode: string, band: number, sampleBytes: 1 | 2): RowLayout {
  // libtiff's planes of gray and alpha, or of indices and alpha, go where Pillow finds no alpha.
  const targets = mode === "LA" || mode === "PA"
    ? [mode === "LA" ? [0, 1, 2] : [0], []][band]
    : [band];
  if (targets === undefined) throw new RangeError(`Cannot find band ${band} of ${mode}`);
  const step = mode === "PA" ? 1 : mode === "RGB" ? 3 : 4;
  return {
    bits: 8 * sampleBytes,
    unpack(row, out, count) {
      for (let pixel = 0; pixel < count; pixel++) {
        const level = row[(pixel + 1) * sampleBytes - 1] as number;
        for (const target of targets) out[pixel * step + target] = level;
      }
    },
  };
}

/** A pixel of `step` bytes, of which these are kept. */
function bytes(step: number, kept: readonly number[]): RowLayout {
  const isSame = kept.length === step && kept.every((place, index) => place === index);
  const [first = 0, second = 0, third = 0, fourth = 0] = kept;
  const channels = kept.length;
  return {
    bits: step * 8,
    unpack(row, out, count) {
      if (isSame) {
        out.set(row.subarray(0, count * step));
        return;
      }
      let to = 0;
      for (let from = 0; from < count * step; from += step) {
        out[to++] = row[from + first] as number;
        if (channels > 1) out[to++] = row[from + second] as number;
        if (channels > 2) out[to++] = row[from + third] as number;
        if (channels > 3) out[to++] = row[from + fourth] as number;
      }
    },
  };
}

interface LevelOptions {
  readonly scale?: number;
  readonly isInverse?: boolean;
  /** Whether the first pixel is in the lowest bit, as FillOrder 2 has it. */
  readonly isReversed?: boolean;
  readonly samples?: number;
}

/** Pixels of 1, 2, 4 or 8 bits. */
function levels(bits: 1 | 2 | 4 | 8, options: LevelOptions): RowLayout {
  const { scale = 1, isInverse = false, isReversed = false, samples = 1 } = options;
  const most = (1 << bits) - 1;
  const perByte = 8 / bits;
  return {
    bits,
    unpack(row, out, count) {
      for (let index = 0; index < count * samples; index++) {
        const byte = row[Math.trunc(index / perByte)] as number;
        const turned = isReversed ? REVERSED[byte] as number : byte;
        const level = turned >> 8 - bits * (index % perByte + 1) & most;
        out[index] = (isInverse ? most - level : level) * scale;
      }
    },
  };
}

/** Colours that were multiplied by the alpha behind them; divided again, and dropped where it is 0. */
function multiplied(step: number, places: readonly [number, number, number, number]): RowLayout {
  return {
    bits: step * 8,
    unpack(row, out, count) {
      const [, , , alphaPlace] = places;
      for (let pixel = 0; pixel < count; pixel++) {
        const alpha = row[pixel * step + alphaPlace] as number;
        for (let band = 0; band < 3; band++) {
          const level = row[pixel * step + (places[band] as number)] as number;
          out[pixel * 4 + band] = alpha === 0 ? 0 : Math.min(255, Math.trunc(level * 255 / alpha));
        }
        out[pixel * 4 + 3] = alpha;
      }
    },
  };
}

function signed16(isLittleEndian: boolean): RowLayout {
  return {
    bits: 16,
    unpack(row, out, count) {
      const from = new DataView(row.buffer, row.byteOffset, row.byteLength);
      const to = new DataView(out.buffer, out.byteOffset, out.byteLength);
      for (let pixel = 0; pixel < count; pixel++) {
        to.setInt32(4 * pixel, from.getInt16(2 * pixel, isLittleEndian), true);
      }
    },
  };
}

function levels16Reversed(): RowLayout {
  return {
    bits: 16,
    unpack(row, out, count) {
      for (let at = 0; at < 2 * count; at++) out[at] = REVERSED[row[at] as number] as number;
    },
  };
}

/** Two pixels in three bytes, the upper bits first. */
function levels12(): RowLayout {
  return {
    bits: 12,
    unpack(row, out, count) {
      for (let pixel = 0; pixel < count; pixel++) {
        const at = Math.trunc(pixel / 2) * 3;
        const middle = row[at + 1] as number;
        const level = pixel % 2 === 0
          ? (row[at] as number) << 4 | middle >> 4
          : (middle & 15) << 8 | (row[at + 2] as number);
        out[2 * pixel] = level & 255;
        out[2 * pixel + 1] = level >> 8;
      }
    },
  };
}

/** A copy with the bits of each byte in the other order. */
export function reverseBits(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => REVERSED[byte] as number);
}

/** Divides pixels of RGBA, in place, as `RGBa` does it. */
export function divideByAlpha(pixels: Uint8Array): void {
  LAYOUTS["RGBA:RGBa"]?.unpack(pixels, pixels, pixels.length / 4);
}
