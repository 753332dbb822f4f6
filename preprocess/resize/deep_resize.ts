/**
 * Pillow's resize of deep samples, I;16, I and F, and their conversion to 8 bits; plain code, since few photos have them.
 *
 * Sums are in double precision (source: Pillow `Resample.c`, the passes for 16 and 32 bits a sample).
 */
import { pixelBytes, type PixelImage } from "../contract/pixels.ts";
import type { CropSettings } from "../contract/preprocess_spec.ts";
import { type AxisFractions, axisFractions } from "./axis_weights.ts";
import { cropWindows, isVerticalFirst } from "./geometry.ts";

type Samples = Uint16Array | Int32Array | Float32Array;

/** Samples of one channel, row-major; the first one stands at (x, y) of the source. */
interface DeepPlane {
  readonly samples: Samples;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function round16(sum: number): number {
  return Math.min(UINT16_MAX, Math.max(0, roundAway(sum)));
}

/** How a sum becomes a sample. */
const ROUND: Readonly<Record<string, (sum: number) => number>> = {
  "I;16": round16,
  "I;16B": round16,
  I: (sum) => {
    const whole = roundAway(sum);
    // C's cast of what does not fit, on x86.
    return whole > INT32_MAX || whole < INT32_MIN ? INT32_MIN : whole;
  },
  F: (sum) => sum,
};
const UINT16_MAX = 2 ** 16 - 1;
const INT32_MAX = 2 ** 31 - 1;
const INT32_MIN = -(2 ** 31);

/**
 * Resizes, cuts out the window and clips to 0..255; of floats the fraction is cut off.
 *
 * @param image All of whose pixels are held.
 * @returns u8 [height, width] of the window, a fresh buffer.
 */
export function deepCrop(image: PixelImage, settings: CropSettings): Uint8Array<ArrayBuffer> {
  const { width, height, mode } = image;
  const { geometry, ...windows } = cropWindows(image, settings);
  const columns = axisFractions(windows.columns);
  const rows = axisFractions(windows.rows);
  const round = ROUND[mode] as (sum: number) => number;
  const source = { samples: samplesOf(image), x: 0, y: 0, width, height };
  const crop = isVerticalFirst(image, geometry, settings.pillow)
    ? resampleColumns(resampleRows(source, rows, round), columns, round)
    : resampleRows(resampleColumns(source, columns, round), rows, round);
  const level = mode === "I;16B" ? bigEndianLevel : clippedLevel;
  return Uint8Array.from(crop.samples, level);
}

function clippedLevel(sample: number): number {
  return clipByte(Math.trunc(sample));
}

/** Pillow resizes big-endian samples as if they were little-endian, and converts what comes of it as big-endian. */
function bigEndianLevel(sample: number): number {
  return (sample & 255) === 0 ? sample >> 8 : 255;
}

function samplesOf({ data, width, height, mode }: PixelImage): Samples {
  const isAligned = data.byteOffset % pixelBytes({ mode }) === 0;
  const { buffer, byteOffset } = isAligned ? data : data.slice();
  const count = width * height;
  if (mode === "I;16" || mode === "I;16B") return new Uint16Array(buffer, byteOffset, count);
  return mode === "I"
    ? new Int32Array(buffer, byteOffset, count)
    : new Float32Array(buffer, byteOffset, count);
}

function resampleColumns(
  plane: DeepPlane,
  columns: AxisFractions,
  round: (sum: number) => number,
): DeepPlane {
  const width = columns.starts.length;
  const { height, samples } = plane;
  const result = blank(samples, width * height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const start = row * plane.width + (columns.starts[column] as number) - plane.x;
      let sum = 0;
      for (let tap = 0; tap < (columns.counts[column] as number); tap++) {
        const weight = columns.weights[column * columns.stride + tap] as number;
        sum += (samples[start + tap] as number) * weight;
      }
      result[row * width + column] = columns.isIdentity ? samples[start] as number : round(sum);
    }
  }
  return { ...plane, samples: result, x: 0, width };
}

function resampleRows(
  plane: DeepPlane,
  rows: AxisFractions,
  round: (sum: number) => number,
): DeepPlane {
  const height = rows.starts.length;
  const { width, samples } = plane;
  const result = blank(samples, width * height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const start = ((rows.starts[row] as number) - plane.y) * width + column;
      let sum = 0;
      for (let tap = 0; tap < (rows.counts[row] as number); tap++) {
        const weight = rows.weights[row * rows.stride + tap] as number;
        sum += (samples[start + tap * width] as number) * weight;
      }
      result[row * width + column] = rows.isIdentity ? samples[start] as number : round(sum);
    }
  }
  return { ...plane, samples: result, y: 0, height };
}

function blank(samples: Samples, length: number): Samples {
  if (samples instanceof Uint16Array) return new Uint16Array(length);
  return samples instanceof Int32Array ? new Int32Array(length) : new Float32Array(length);
}

/** C's `(int) floor(x + 0.5)`, and its mirror below 0. */
function roundAway(value: number): number {
  return value >= 0 ? Math.floor(value + 0.5) : -Math.floor(-value + 0.5);
}

function clipByte(value: number): number {
  return value > 255 ? 255 : value > 0 ? value : 0;
}
