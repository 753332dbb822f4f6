/**
 * The inverse DCT of 8 × 8 coefficients to as many samples, bit for bit libjpeg's "islow" (the constants are sums of
 * those of its `jidctint.c`, in 13-bit fixed point). Blocks lie as `jpeg_idct.ts` says.
 */
import { clear, FAR_OFFSET, isNear, MIDDLE, narrow, product } from "./jpeg_idct";
import { BLOCK_BYTES } from "./jpeg_layout";

/*
 * Line i and line 7 - i are the sum and the difference of an even and an odd part: rows 0 and 4 times the first pair
 * of an even part's factors and 2 and 6 times the second one, 1 and 3, and 5 and 7, in an odd part.
 */
const EVEN0 = memory.data<i16>([
  8192, 8192, 8192, 8192, 8192, 8192, 8192, 8192, 10703, 4433, 10703, 4433, 10703, 4433, 10703, 4433,
]);
const EVEN1 = memory.data<i16>([
  8192, -8192, 8192, -8192, 8192, -8192, 8192, -8192, 4433, -10704, 4433, -10704, 4433, -10704, 4433, -10704,
]);
const EVEN2 = memory.data<i16>([
  8192, -8192, 8192, -8192, 8192, -8192, 8192, -8192, -4433, 10704, -4433, 10704, -4433, 10704, -4433, 10704,
]);
const EVEN3 = memory.data<i16>([
  8192, 8192, 8192, 8192, 8192, 8192, 8192, 8192, -10703, -4433, -10703, -4433, -10703, -4433, -10703, -4433,
]);
const ODD0 = memory.data<i16>([
  11363, 9633, 11363, 9633, 11363, 9633, 11363, 9633, 6437, 2260, 6437, 2260, 6437, 2260, 6437, 2260,
]);
const ODD1 = memory.data<i16>([
  9633, -2259, 9633, -2259, 9633, -2259, 9633, -2259, -11362, -6436, -11362, -6436, -11362, -6436, -11362, -6436,
]);
const ODD2 = memory.data<i16>([
  6437, -11362, 6437, -11362, 6437, -11362, 6437, -11362, 2261, 9633, 2261, 9633, 2261, 9633, 2261, 9633,
]);
const ODD3 = memory.data<i16>([
  2260, -6436, 2260, -6436, 2260, -6436, 2260, -6436, 9633, -11363, 9633, -11363, 9633, -11363, 9633, -11363,
]);

/** Bits that the first and the second pass take off. */
const FIRST_SHIFT = 11;
const SECOND_SHIFT = 18;

/** 8 × 8 samples a block. */
export function inverse8(
  source: usize,
  quantizers: usize,
  count: u32,
  target: usize,
  stride: usize,
): bool {
  const half = i32x4.splat(1 << (FIRST_SHIFT - 1));
  let wide = i16x8.splat(0), far = wide;
  for (let block: u32 = 0; block < count; block++) {
    const other = source + 16, otherQuantizers = quantizers + 16;
    const left04 = product(source, quantizers, 0), right04 = product(other, otherQuantizers, 0);
    const left26 = product(source, quantizers, 1), right26 = product(other, otherQuantizers, 1);
    const left13 = product(source, quantizers, 2), right13 = product(other, otherQuantizers, 2);
    const left57 = product(source, quantizers, 3), right57 = product(other, otherQuantizers, 3);
    clear(source);
    let left = i32x4.add(part(left04, left26, EVEN0), half), leftOdd = part(left13, left57, ODD0);
    let right = i32x4.add(part(right04, right26, EVEN0), half), rightOdd = part(right13, right57, ODD0);
    const row0 = narrow(i32x4.add(left, leftOdd), i32x4.add(right, rightOdd), FIRST_SHIFT);
    const row7 = narrow(i32x4.sub(left, leftOdd), i32x4.sub(right, rightOdd), FIRST_SHIFT);
    left = i32x4.add(part(left04, left26, EVEN1), half);
    right = i32x4.add(part(right04, right26, EVEN1), half);
    leftOdd = part(left13, left57, ODD1);
    rightOdd = part(right13, right57, ODD1);
    const row1 = narrow(i32x4.add(left, leftOdd), i32x4.add(right, rightOdd), FIRST_SHIFT);
    const row6 = narrow(i32x4.sub(left, leftOdd), i32x4.sub(right, rightOdd), FIRST_SHIFT);
    left = i32x4.add(part(left04, left26, EVEN2), half);
    right = i32x4.add(part(right04, right26, EVEN2), half);
    leftOdd = part(left13, left57, ODD2);
    rightOdd = part(right13, right57, ODD2);
    const row2 = narrow(i32x4.add(left, leftOdd), i32x4.add(right, rightOdd), FIRST_SHIFT);
    const row5 = narrow(i32x4.sub(left, leftOdd), i32x4.sub(right, rightOdd), FIRST_SHIFT);
    left = i32x4.add(part(left04, left26, EVEN3), half);
    right = i32x4.add(part(right04, right26, EVEN3), half);
    leftOdd = part(left13, left57, ODD3);
    rightOdd = part(right13, right57, ODD3);
    const row3 = narrow(i32x4.add(left, leftOdd), i32x4.add(right, rightOdd), FIRST_SHIFT);
    const row4 = narrow(i32x4.sub(left, leftOdd), i32x4.sub(right, rightOdd), FIRST_SHIFT);
    wide = v128.or(wide, magnitudes(row0, row1, row2, row3));
    wide = v128.or(wide, magnitudes(row4, row5, row6, row7));
    far = v128.or(far, writeRows(row0, row1, row2, row3, target, stride));
    far = v128.or(far, writeRows(row4, row5, row6, row7, target + 4 * stride, stride));
    source += BLOCK_BYTES;
    target += 8;
  }
  return isNear(wide, far);
}

/** Four rows of the first pass to four lines of samples. Returns what is to be held to `FAR_BITS`. */
@inline
function writeRows(a: v128, b: v128, c: v128, d: v128, target: usize, stride: usize): v128 {
  const upper = i32x4.shuffle(a, b, 0, 4, 1, 5), lower = i32x4.shuffle(c, d, 0, 4, 1, 5);
  const upperOdd = i32x4.shuffle(a, b, 2, 6, 3, 7), lowerOdd = i32x4.shuffle(c, d, 2, 6, 3, 7);
  // A lane a row.
  const pair04 = i64x2.shuffle(upper, lower, 0, 2), pair26 = i64x2.shuffle(upper, lower, 1, 3);
  const pair13 = i64x2.shuffle(upperOdd, lowerOdd, 0, 2);
  const pair57 = i64x2.shuffle(upperOdd, lowerOdd, 1, 3);
  const half = i32x4.splat((1 << (SECOND_SHIFT - 1)) + (MIDDLE << SECOND_SHIFT));
  const even0 = i32x4.add(part(pair04, pair26, EVEN0), half), odd0 = part(pair13, pair57, ODD0);
  const even1 = i32x4.add(part(pair04, pair26, EVEN1), half), odd1 = part(pair13, pair57, ODD1);
  const even2 = i32x4.add(part(pair04, pair26, EVEN2), half), odd2 = part(pair13, pair57, ODD2);
  const even3 = i32x4.add(part(pair04, pair26, EVEN3), half), odd3 = part(pair13, pair57, ODD3);
  const column01 = narrow(i32x4.add(even0, odd0), i32x4.add(even1, odd1), SECOND_SHIFT);
  const column23 = narrow(i32x4.add(even2, odd2), i32x4.add(even3, odd3), SECOND_SHIFT);
  const column45 = narrow(i32x4.sub(even3, odd3), i32x4.sub(even2, odd2), SECOND_SHIFT);
  const column67 = narrow(i32x4.sub(even1, odd1), i32x4.sub(even0, odd0), SECOND_SHIFT);
  const left = i8x16.narrow_i16x8_u(column01, column23);
  const right = i8x16.narrow_i16x8_u(column45, column67);
  const first = i8x16.shuffle(left, right, 0, 4, 8, 12, 16, 20, 24, 28, 1, 5, 9, 13, 17, 21, 25, 29);
  const last = i8x16.shuffle(left, right, 2, 6, 10, 14, 18, 22, 26, 30, 3, 7, 11, 15, 19, 23, 27, 31);
  v128.store64_lane(target, first, 0);
  v128.store64_lane(target + stride, first, 1);
  v128.store64_lane(target + 2 * stride, last, 0);
  v128.store64_lane(target + 3 * stride, last, 1);
  const offset = i16x8.splat(FAR_OFFSET);
  return v128.or(
    v128.or(i16x8.add(column01, offset), i16x8.add(column23, offset)),
    v128.or(i16x8.add(column45, offset), i16x8.add(column67, offset)),
  );
}

@inline
function part(low: v128, high: v128, factors: usize): v128 {
  return i32x4.add(
    i32x4.dot_i16x8_s(low, v128.load(factors)), i32x4.dot_i16x8_s(high, v128.load(factors, 16)),
  );
}

@inline
function magnitudes(a: v128, b: v128, c: v128, d: v128): v128 {
  return v128.or(
    v128.or(i16x8.abs(a), i16x8.abs(b)), v128.or(i16x8.abs(c), i16x8.abs(d)),
  );
}
