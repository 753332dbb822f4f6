/** Pillow's antialiased bicubic and bilinear weights in 22-bit fixed point (source: Pillow `Resample.c`). */
import type { Interpolation } from "../contract/preprocess_spec.ts";

/** Bits after the point; 8 for the result and 2 for overflow remain of 32. */
export const PRECISION_BITS = 22;

/** How much a sample counts, by its distance; nothing from `support` on. */
interface Filter {
  readonly support: number;
  readonly weight: (distance: number) => number;
}

const BICUBIC: Filter = { support: 2, weight: bicubic };
const BILINEAR: Filter = { support: 1, weight: (distance) => Math.max(0, 1 - Math.abs(distance)) };
const FILTERS: Readonly<Record<Interpolation, Filter>> = {
  bicubic: BICUBIC,
  bilinear: BILINEAR,
  // As open_clip takes it where it does not train.
  random: BICUBIC,
};
const A = -0.5;

/** Taps of consecutive output samples along one axis, and their weights in one form or the other. */
interface AxisTaps<Weights> {
  /** First source sample of each output sample. */
  readonly starts: Int32Array;
  /** Number of taps of each output sample. */
  readonly counts: Int32Array;
  /** Those of output sample i begin at i × stride. */
  readonly weights: Weights;
  readonly stride: number;
  /** First source sample that any of them needs, and the one after the last. */
  readonly sourceStart: number;
  readonly sourceEnd: number;
  /** Whether every output sample is its source sample, so that no arithmetic is due. */
  readonly isIdentity: boolean;
}

/** Weights in fixed point, for samples of 8 bits. */
export type AxisWeights = AxisTaps<Int32Array>;
/** Weights whose sum is 1, for deeper samples. */
export type AxisFractions = AxisTaps<Float64Array>;

/** A part of an axis, from a place between samples, or on one, to another. */
interface AxisBox {
  readonly start: number;
  readonly length: number;
}

/** The output samples wanted of one axis, and the axis's lengths before and after. */
export interface AxisWindow {
  readonly inSize: number;
  /** What of the source the output shows, all of it unless given: Pillow's `box`. */
  readonly box?: AxisBox | undefined;
  readonly outSize: number;
  readonly start: number;
  readonly count: number;
  readonly interpolation: Interpolation;
}

/** Computes the weights of a window of an axis; the rest of the axis costs nothing. */
export function axisWeights(window: AxisWindow): AxisWeights {
  const { weights, ...taps } = axisFractions(window);
  const fixed = new Int32Array(weights.length);
  // Int32Array.from() makes a list first, which takes six times as long: a side of a million pixels has millions of weights.
  for (let at = 0; at < fixed.length; at++) fixed[at] = toFixedPoint(weights[at] as number);
  return { ...taps, weights: fixed };
}

/** As `axisWeights()`, before they are rounded. */
export function axisFractions(window: AxisWindow): AxisFractions {
  const box = window.box ?? { start: 0, length: window.inSize };
  const isWhole = box.start === 0 && box.length === window.inSize;
  if (isWhole && window.inSize === window.outSize) return identityFractions(window);
  const scale = box.length / window.outSize;
  const filterScale = Math.max(scale, 1);
  const filter = FILTERS[window.interpolation];
  const support = filter.support * filterScale;
  const stride = Math.ceil(support) * 2 + 1;
  const starts = new Int32Array(window.count);
  const counts = new Int32Array(window.count);
  const weights = new Float64Array(window.count * stride);
  for (let index = 0; index < window.count; index++) {
    const center = box.start + (window.start + index + 0.5) * scale;
    const first = Math.max(0, Math.trunc(center - support + 0.5));
    const count = Math.min(window.inSize, Math.trunc(center + support + 0.5)) - first;
    let sum = 0;
    for (let tap = 0; tap < count; tap++) {
      const weight = filter.weight((tap + first - center + 0.5) * (1 / filterScale));
      weights[index * stride + tap] = weight;
      sum += weight;
    }
    for (let tap = 0; tap < count; tap++) {
      const place = index * stride + tap;
      weights[place] = (weights[place] as number) / sum;
    }
    starts[index] = first;
    counts[index] = count;
  }
  const last = window.count - 1;
  return {
    starts,
    counts,
    weights,
    stride,
    sourceStart: starts[0] as number,
    sourceEnd: (starts[last] as number) + (counts[last] as number),
    isIdentity: false,
  };
}

function identityFractions({ start, count }: AxisWindow): AxisFractions {
  return {
    starts: Int32Array.from({ length: count }, (_, index) => start + index),
    counts: new Int32Array(count).fill(1),
    weights: new Float64Array(count).fill(1),
    stride: 1,
    sourceStart: start,
    sourceEnd: start + count,
    isIdentity: true,
  };
}

function bicubic(distance: number): number {
  const x = Math.abs(distance);
  if (x < 1) return ((A + 2) * x - (A + 3)) * x * x + 1;
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * A;
  return 0;
}

/** Rounds half away from zero, as C's cast after ±0.5 does. */
function toFixedPoint(weight: number): number {
  return Math.trunc(weight * (1 << PRECISION_BITS) + (weight < 0 ? -0.5 : 0.5));
}
