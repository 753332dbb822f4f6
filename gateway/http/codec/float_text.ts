/** Float32 to decimal text, exact: whoever reads it as float32 has every bit back. */

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
const EXPONENT_MIN = -26;
const EXPONENT_MAX = 23;

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

/** Three digits of every number below 1000, one after the other. */
const TRIPLETS = Uint8Array.from(
  { length: 3000 },
  (_, index) => ZERO + (Math.floor(Math.floor(index / 3) / 10 ** (2 - (index % 3))) % 10),
);

const bits = new Uint32Array(1);
const float = new Float32Array(bits.buffer);
const encoder = new TextEncoder();

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
  let at = offset;
  for (let index = 0; index < values.length; index++) {
    if (index > 0) target[at++] = COMMA;
    at = writeFloat(values[index] as number, target, at);
  }
  return at;
}

function writeFloat(value: number, target: Uint8Array, offset: number): number {
  float[0] = value;
  const biased = ((bits[0] as number) >>> 23) & 0xff;
  const exponent = biased - EXPONENT_BIAS;
  if (exponent < EXPONENT_MIN || exponent > EXPONENT_MAX) return writeOther(value, target, offset);
  let at = offset;
  if (value < 0) target[at++] = MINUS;
  const decimals = DECIMALS[biased] as number;
  // Below 2^24 × 10, so that it is an integer of 32 bits; the product is off by far less than the spacing allows.
  const scaled = Math.round(Math.abs(value) * (POWERS[decimals] as number)) | 0;
  const power = POWERS[decimals] as number;
  const whole = power > scaled ? 0 : Math.floor(scaled / power);
  at = writeInteger(whole, target, at);
  let rest = (whole === 0 ? scaled : scaled - whole * power) | 0;
  if (rest === 0) return at;
  target[at] = DOT;
  // From the last decimal to the first, three at a time.
  const first = at + 1;
  const end = first + decimals;
  let digit = end;
  while (digit - first >= 3) {
    const next = (rest / 1000) | 0;
    const triplet = (rest - next * 1000) * 3;
    target[--digit] = TRIPLETS[triplet + 2] as number;
    target[--digit] = TRIPLETS[triplet + 1] as number;
    target[--digit] = TRIPLETS[triplet] as number;
    rest = next;
  }
  while (digit > first) {
    target[--digit] = ZERO + (rest % 10);
    rest = (rest / 10) | 0;
  }
  at = end;
  while (target[at - 1] === ZERO) at--;
  return at;
}

function writeInteger(value: number, target: Uint8Array, offset: number): number {
  if (value < 10) {
    target[offset] = ZERO + value;
    return offset + 1;
  }
  return writeText(String(value), target, offset);
}

/** Zero, and numbers too large or too small for plain decimals: JavaScript's own text is exact for them as well. */
function writeOther(value: number, target: Uint8Array, offset: number): number {
  return writeText(Object.is(value, -0) ? "-0" : String(value), target, offset);
}

function writeText(text: string, target: Uint8Array, offset: number): number {
  return offset + encoder.encodeInto(text, target.subarray(offset)).written;
}
