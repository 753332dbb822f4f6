/**
 * Vectors as bytes, with how far those are from them: products of bytes take a third of the time, and nearly all of them
 * tell that a pair is not near. Those that do not are multiplied again, so that nothing is lost.
 */
import type { Vectors } from "./pair_list.ts";

/** How far bytes are from vectors. */
export interface Roughness {
  /** What a step of the bytes is. */
  readonly step: number;
  /** The largest length of a vector's difference from its bytes. */
  readonly error: number;
}

/** A block of vectors as bytes, for both sides of a product. */
export interface RoughBlock {
  /** u8 [n, dim], `LEFT_ZERO` above their values. */
  readonly left: Uint8Array<ArrayBuffer>;
  readonly leftRoughness: Roughness;
  /** i8 [dim, n]. */
  readonly right: Int8Array<ArrayBuffer>;
  readonly rightRoughness: Roughness;
}

/** What stands for 0 on the left side. */
export const LEFT_ZERO = 128;
/**
 * Without instructions for products of bytes, processors add two of them in 16 bits: 2 · 255 · 63 has room there, and the
 * right side is kept to that.
 */
const LEFT_MAX = 127;
const RIGHT_MAX = 63;
/** Of sums in single precision. */
const ROUNDING = 1e-5;

/**
 * The reflection that turns the mean of vectors into one whose elements are all alike (Householder's). Towers give some
 * elements large values in all vectors, on which bytes' range would be lost; products stay what they were.
 */
export function flattening({ rows, dim }: Vectors): Float64Array {
  const mean = new Float64Array(dim);
  for (let start = 0; start < rows.length; start += dim) {
    for (let at = 0; at < dim; at++) {
      mean[at] = (mean[at] as number) + (rows[start + at] as number);
    }
  }
  const length = Math.hypot(...mean);
  const flat = 1 / Math.sqrt(dim);
  const mirror = mean.map((value) => (length === 0 ? 0 : value / length) - flat);
  const norm = Math.hypot(...mirror);
  return norm === 0 ? mirror : mirror.map((value) => value / norm);
}

/** Makes bytes of vectors that were turned by `flattening()`. */
export function roughBlock(block: Vectors, mirror: Float64Array): RoughBlock {
  const { dim } = block;
  const values = reflected(block, mirror);
  const count = values.length / dim;
  let largest = 0;
  for (let at = 0; at < values.length; at++) {
    largest = Math.max(largest, Math.abs(values[at] as number));
  }
  const [leftStep, rightStep] = [(largest || 1) / LEFT_MAX, (largest || 1) / RIGHT_MAX];
  const left = new Uint8Array(values.length);
  const right = new Int8Array(values.length);
  let [leftError, rightError] = [0, 0];
  for (let row = 0; row < count; row++) {
    let [leftSquares, rightSquares] = [0, 0];
    for (let at = 0; at < dim; at++) {
      const value = values[row * dim + at] as number;
      const [leftByte, rightByte] = [Math.round(value / leftStep), Math.round(value / rightStep)];
      left[row * dim + at] = LEFT_ZERO + leftByte;
      right[at * count + row] = rightByte;
      leftSquares += (value - leftByte * leftStep) ** 2;
      rightSquares += (value - rightByte * rightStep) ** 2;
    }
    leftError = Math.max(leftError, leftSquares);
    rightError = Math.max(rightError, rightSquares);
  }
  return {
    left,
    leftRoughness: { step: leftStep, error: Math.sqrt(leftError) },
    right,
    rightRoughness: { step: rightStep, error: Math.sqrt(rightError) },
  };
}

/**
 * The least product of bytes that a pair can have whose cosine is ≥ floor. With a = â + e and b = b̂ + f,
 * |a·b − â·b̂| = |e·b + â·f| ≤ |e| + (1 + |e|)|f| by Cauchy and Schwarz.
 */
export function leastProduct(floor: number, left: Roughness, right: Roughness): number {
  const error = left.error + (1 + left.error) * right.error + ROUNDING;
  return (floor - error) / (left.step * right.step);
}

function reflected({ rows, dim }: Vectors, mirror: Float64Array): Float32Array {
  const values = new Float32Array(rows.length);
  for (let start = 0; start < rows.length; start += dim) {
    let dot = 0;
    for (let at = 0; at < dim; at++) dot += (rows[start + at] as number) * (mirror[at] as number);
    for (let at = 0; at < dim; at++) {
      values[start + at] = (rows[start + at] as number) - 2 * dot * (mirror[at] as number);
    }
  }
  return values;
}
