/**
 * Pillow's resize and the window cut out of it, byte for byte, computing only what the crop needs.
 *
 * Plain typed-array code: it is the oracle for any faster kernel.
 */
import { type AxisWeights, axisWeights, PRECISION_BITS } from "./axis_weights.ts";
import { cropWindows, isVerticalFirst } from "./geometry.ts";
import type { CropSettings } from "../contract/preprocess_spec.ts";
import { heldRegion, pixelBytes, type PixelImage } from "../contract/pixels.ts";

/** Half a level in fixed point: what every sum starts from, so that the shift rounds. */
const HALF = 1 << (PRECISION_BITS - 1);

/** The samples of a plane that a pass reads across its axis. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/** u8 samples, row-major and interleaved; its first one stands at (x, y) of the source. */
interface Plane {
  readonly data: Uint8Array;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly channels: number;
}

/** A plane with a buffer of its own. */
type FreshPlane = Plane & { readonly data: Uint8Array<ArrayBuffer> };

/**
 * Resizes and cuts out the window.
 *
 * @param image Of u8 samples each of which has a mean with its neighbours': L, RGB, CMYK, RGBA multiplied by alpha.
 * @returns u8 [height, width, channels] of the window, a fresh buffer.
 */
export function resizeAndCrop(image: PixelImage, settings: CropSettings): Uint8Array<ArrayBuffer> {
  const { geometry, ...windows } = cropWindows(image, settings);
  const columns = axisWeights(windows.columns);
  const rows = axisWeights(windows.rows);
  const source: Plane = { data: image.data, channels: pixelBytes(image), ...heldRegion(image) };
  if (isVerticalFirst(image, geometry, settings.pillow)) {
    const allRows: Range = { start: 0, end: geometry.height };
    const columnsRead = { start: columns.sourceStart, end: columns.sourceEnd };
    return resampleColumns(resampleRows(source, rows, columnsRead), columns, allRows).data;
  }
  const rowsRead = { start: rows.sourceStart, end: rows.sourceEnd };
  const allColumns: Range = { start: 0, end: geometry.width };
  return resampleRows(resampleColumns(source, columns, rowsRead), rows, allColumns).data;
}

/** The horizontal pass over the given rows of a plane. */
function resampleColumns(plane: Plane, columns: AxisWeights, rows: Range): FreshPlane {
  const { channels, data } = plane;
  const { starts, counts, weights, stride } = columns;
  const width = starts.length;
  const result = new Uint8Array(width * (rows.end - rows.start) * channels);
  let out = 0;
  for (let row = rows.start; row < rows.end; row++) {
    const line = ((row - plane.y) * plane.width - plane.x) * channels;
    if (columns.isIdentity) {
      const first = line + columns.sourceStart * channels;
      result.set(data.subarray(first, first + width * channels), out);
      out += width * channels;
      continue;
    }
    for (let column = 0; column < width; column++) {
      const start = line + (starts[column] as number) * channels;
      const firstWeight = column * stride;
      const lastWeight = firstWeight + (counts[column] as number);
      for (let channel = 0; channel < channels; channel++) {
        let sum = HALF;
        let position = start + channel;
        for (let weight = firstWeight; weight < lastWeight; weight++) {
          sum += (data[position] as number) * (weights[weight] as number);
          position += channels;
        }
        result[out++] = toLevel(sum);
      }
    }
  }
  return { data: result, x: 0, y: rows.start, width, channels };
}

/** The vertical pass over the given columns of a plane. */
function resampleRows(plane: Plane, rows: AxisWeights, columns: Range): FreshPlane {
  const { channels, data } = plane;
  const { starts, counts, weights, stride } = rows;
  const width = columns.end - columns.start;
  const samples = width * channels;
  const result = new Uint8Array(starts.length * samples);
  const sums = new Int32Array(samples);
  for (let row = 0; row < starts.length; row++) {
    sums.fill(HALF);
    for (let tap = 0; tap < (counts[row] as number); tap++) {
      const weight = weights[row * stride + tap] as number;
      const line = (starts[row] as number) + tap - plane.y;
      const first = (line * plane.width + columns.start - plane.x) * channels;
      for (let sample = 0; sample < samples; sample++) {
        sums[sample] = (sums[sample] as number) + (data[first + sample] as number) * weight;
      }
    }
    const out = row * samples;
    for (let sample = 0; sample < samples; sample++) {
      result[out + sample] = toLevel(sums[sample] as number);
    }
  }
  return { data: result, x: columns.start, y: 0, width, channels };
}

/** Fixed point to u8, clamped, as Pillow's `clip8`. */
function toLevel(sum: number): number {
  const level = sum >> PRECISION_BITS;
  return level < 0 ? 0 : level > 255 ? 255 : level;
}
