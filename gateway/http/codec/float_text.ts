/** Float32 to decimal text, exact: whoever reads it as float32 has every bit back. */

import { writeAscii } from "./ascii_text.ts";

const ZERO = 0x30;
const DOT = 0x2e;
const MINUS = 0x2d;
const COMMA = 0x2c;

/** Decimals that are written as they are; smaller numbers than those have an exponent. */
const DECIMALS_MAX = 15;
/** Sign, digit and dot before the decimals; also enough for what `String` makes of any float32. */
const FLOAT_BYTES_MAX = DECIMALS_MAX + 10;

/** Binary exponents of the numbers written here: from 2^-26, with 15 decimals, to below 2^24, with none. */
const EXPONENT_BIAS = 127;
const BIASED_MIN = EXPONENT_BIAS - 26;
const BIASED_MAX = EXPONENT_BIAS + 23;

/**
 * Decimals by biased exponent. Floats in [2^e, 2^(e+1)) lie 2^(e-23) apart; decimals that lie closer than that tell
 * them apart, so the nearest one is nobody else's. That takes 7 to 9 significant digits, where a double takes 17.
 */
const DECIMALS = Uint8Array.from({ length: 256 }, (_, biased) => {
  const spacing = 2 ** (biased - EXPONENT_BIAS - 23);
  const decimals = Math.ceil(-Math.log10(spacing));
  return Math.min(Math.max(decimals, 0), DECIMALS_MAX);
});
const POWERS = Float64Array.from({ length: DECIMALS_MAX + 1 }, (_, power) => 10 ** power);

/**
 * The four decimal digits of a number below 10,000 as ASCII, the first one in the lowest byte: in two halves side by
 * side, then in four, by multiplications in place of divisions.
 */
function fourDigits(number: number): number {
  const high = Math.imul(number, 5243) >> 19;
  const halves = high | ((number - Math.imul(high, 100)) << 16);
  const tens = (Math.imul(halves, 103) >> 10) & 0x000f000f;
  return 0x30303030 + (tens | ((halves - Math.imul(tens, 10)) << 8));
}

/** Bytes that `writeFloats()` needs at most for so many numbers. */
export function floatTextBytesMax(count: number): number {
  return count * (FLOAT_BYTES_MAX + 1);
}

/**
 * Writes finite numbers with commas between them, as JSON has them.
 *
 * @param target Has `floatTextBytesMax(values.length)` bytes left from `offset` on.
 * @returns The offset behind the last byte.
 */
export function writeFloats(values: Float32Array, target: Uint8Array, offset: number): number {
  // Numbers that are passed to another function may be put on the heap, each by itself: here they are only read.
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const view = new DataView(target.buffer, target.byteOffset, target.byteLength);
  let at = offset;
  for (let index = 0; index < values.length; index++) {
    if (index > 0) target[at++] = COMMA;
    const biased = ((bits[index] as number) >>> 23) & 0xff;
    if (biased < BIASED_MIN || biased > BIASED_MAX) {
      at = written(otherText(values[index] as number), target, at);
      continue;
    }
    if ((bits[index] as number) >>> 31 === 1) target[at++] = MINUS;
    const decimals = DECIMALS[biased] as number;
    const power = POWERS[decimals] as number;
    // Below 2^24 × 10, so that it is an integer of 32 bits; the product is off by far less than the spacing allows.
    let rest = Math.round(Math.abs(values[index] as number) * power) | 0;
    if (rest < power) target[at++] = ZERO;
    else {
      const whole = Math.floor(rest / power);
      rest = (rest - whole * power) | 0;
      if (whole < 10) target[at++] = ZERO + whole;
      else at = written(String(whole), target, at);
    }
    if (rest === 0) continue;
    target[at++] = DOT;
    // From the last decimal to the first, four at a time.
    const end = at + decimals;
    let digit = end;
    while (digit - at >= 4) {
      const next = (rest / 10_000) | 0;
      digit -= 4;
      view.setInt32(digit, fourDigits(rest - Math.imul(next, 10_000)), true);
      rest = next;
    }
    while (digit > at) {
      target[--digit] = ZERO + (rest % 10);
      rest = (rest / 10) | 0;
    }
    at = end;
    while (target[at - 1] === ZERO) at--;
  }
  return at;
}

/** Zero, and numbers too large or too small for plain decimals: JavaScript's own text is exact for them as well. */
function otherText(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

function written(digits: string, target: Uint8Array, offset: number): number {
  return writeAscii(digits, target, offset) as number;
}
