/**
 * Inverse DCTs of 8 × 8 coefficients to fewer samples, bit for bit libjpeg's (the constants are those of its
 * `jidctred.c`: cosines times the square root of 2, in 13-bit fixed point).
 *
 * Each takes blocks that lie one behind the other, leaves zeros in their place, and writes their samples beside each
 * other. Coefficients lie in pairs of rows that are multiplied and added in one step: rows 0 and 4, 2 and 6, 1 and 3,
 * 5 and 7, each for columns 0, 4, 2, 6 and then 1, 3, 5, 7.
 */
import { BLOCK_BYTES } from "./jpeg_layout";

/** Bytes from a pair of rows, columns 0, 4, 2, 6, to the next pair; columns 1, 3, 5, 7 are half as far. */
const PAIR_BYTES: usize = 32;

/** Where a coefficient lies, in i16, by its row and column. */
export function laidIndex(row: u32, column: u32): u32 {
  const pair: u32 = (row & 1) != 0 ? (row < 4 ? 2 : 3) : (row & 3) != 0 ? 1 : 0;
  const isLower = row == 4 || row == 6 || row == 3 || row == 7;
  const lane: u32 = (column & 1) != 0
    ? 4 + (column >> 1)
    : (column & 3) != 0 ? 2 + (column >> 2) : column >> 2;
  return pair * 16 + lane * 2 + (isLower ? 1 : 0);
}

/** Sums of odd rows or columns 1, 3 and 5, 7 for two samples. */
const ODD_13 = memory.data<i16>([29692, -10426, 29692, -10426, 29692, -10426, 29692, -10426]);
const ODD_57 = memory.data<i16>([6967, -5906, 6967, -5906, 6967, -5906, 6967, -5906]);
const ODD_1357 = memory.data<i16>([29692, -10426, 6967, -5906, 29692, -10426, 6967, -5906]);

/** Sums for four samples: row 0, 2 and 6, and odd ones for the outer and the inner samples. */
const EVEN_0 = memory.data<i16>([16384, 0, 16384, 0, 16384, 0, 16384, 0]);
const EVEN_26 = memory.data<i16>([15137, -6270, 15137, -6270, 15137, -6270, 15137, -6270]);
const OUTER_13 = memory.data<i16>([20995, 7373, 20995, 7373, 20995, 7373, 20995, 7373]);
const OUTER_57 = memory.data<i16>([-4926, -4176, -4926, -4176, -4926, -4176, -4926, -4176]);
const INNER_13 = memory.data<i16>([8697, -17799, 8697, -17799, 8697, -17799, 8697, -17799]);
const INNER_57 = memory.data<i16>([11893, -1730, 11893, -1730, 11893, -1730, 11893, -1730]);

/** What is added last, so that 0 becomes the middle level. */
export const MIDDLE = 128;
/** A value within 16384 either way has none of these bits once it is made positive. */
const WIDE_BITS: i16 = -0x4000;
/** A sample from -384 to 639, beyond which libjpeg's C code begins anew at 0, has none of these once 384 is added. */
const FAR_BITS: i16 = -0x400;
export const FAR_OFFSET: i16 = 384;

/** Samples of the coefficients' mean alone: one a block. */
export function inverse1(source: usize, quantizers: usize, count: u32, target: usize): bool {
  const quantizer: i32 = load<i16>(quantizers);
  let far = 0;
  for (let block: u32 = 0; block < count; block++) {
    const sample = ((load<i16>(source) * quantizer + 4) >> 3) + MIDDLE;
    far |= sample + FAR_OFFSET;
    store<u8>(target, max(0, min(255, sample)));
    source += BLOCK_BYTES;
    target++;
  }
  return (far & FAR_BITS) == 0;
}

/** 2 × 2 samples a block, four blocks at a time: `count` is taken as the next multiple of 4. */
export function inverse2(
  source: usize,
  quantizers: usize,
  count: u32,
  target: usize,
  stride: usize,
): bool {
  const half = i32x4.splat(1 << 12), last = i32x4.splat((1 << 19) + (MIDDLE << 20));
  const dcQuantizer = i32x4.splat(load<i16>(quantizers)), offset = i16x8.splat(FAR_OFFSET);
  let wide = i16x8.splat(0), far = wide;
  for (let block: u32 = 0; block < count; block += 4) {
    const second = source + BLOCK_BYTES, third = second + BLOCK_BYTES, fourth = third + BLOCK_BYTES;
    // Column 0 of all four, a lane a block.
    const odd0 = addPairs(
      firstColumn(source, second, quantizers),
      firstColumn(third, fourth, quantizers),
    );
    let even0 = i32x4.splat(load<i16>(source));
    even0 = i32x4.replace_lane(even0, 1, load<i16>(second));
    even0 = i32x4.replace_lane(even0, 2, load<i16>(third));
    even0 = i32x4.replace_lane(even0, 3, load<i16>(fourth));
    even0 = i32x4.add(i32x4.shl(i32x4.mul(even0, dcQuantizer), 15), half);
    const top0 = i32x4.shr_s(i32x4.add(even0, odd0), 13);
    const bottom0 = i32x4.shr_s(i32x4.sub(even0, odd0), 13);
    // Columns 1, 3, 5 and 7 of each: top and bottom beside each other.
    const odd1 = oddColumns(source, quantizers), odd2 = oddColumns(second, quantizers);
    const odd3 = oddColumns(third, quantizers), odd4 = oddColumns(fourth, quantizers);
    wide = v128.or(wide, i16x8.abs(i16x8.narrow_i32x4_s(top0, bottom0)));
    wide = v128.or(wide, v128.or(i16x8.abs(odd1), i16x8.abs(odd2)));
    wide = v128.or(wide, v128.or(i16x8.abs(odd3), i16x8.abs(odd4)));
    // Rows: top and bottom of two blocks.
    const left = twoRows(i32x4.shuffle(top0, bottom0, 0, 4, 1, 5), rowSums(odd1, odd2), last);
    const right = twoRows(i32x4.shuffle(top0, bottom0, 2, 6, 3, 7), rowSums(odd3, odd4), last);
    far = v128.or(far, v128.or(i16x8.add(left, offset), i16x8.add(right, offset)));
    const samples = i8x16.narrow_i16x8_u(left, right);
    const lines = i8x16.shuffle(
      samples, samples, 0, 4, 2, 6, 8, 12, 10, 14, 1, 5, 3, 7, 9, 13, 11, 15,
    );
    v128.store64_lane(target, lines, 0);
    v128.store64_lane(target + stride, lines, 1);
    source = fourth + BLOCK_BYTES;
    target += 8;
  }
  return isNear(wide, far);
}

/** Odd rows of column 0 of two blocks: two sums of each. */
@inline
function firstColumn(source: usize, next: usize, quantizers: usize): v128 {
  const pair13: usize = 2 * PAIR_BYTES, pair57: usize = 3 * PAIR_BYTES;
  // The pairs of column 0 are the first lanes.
  const rows13 = v128.load32_zero(source + pair13), rows57 = v128.load32_zero(source + pair57);
  const next13 = v128.load32_zero(next + pair13), next57 = v128.load32_zero(next + pair57);
  const quantizer = i32x4.shuffle(
    v128.load32_splat(quantizers + pair13), v128.load32_splat(quantizers + pair57), 0, 4, 0, 4,
  );
  const rows = i64x2.shuffle(
    i32x4.shuffle(rows13, rows57, 0, 4, 0, 4), i32x4.shuffle(next13, next57, 0, 4, 0, 4), 0, 2,
  );
  return i32x4.dot_i16x8_s(i16x8.mul(rows, quantizer), v128.load(ODD_1357));
}

/** Columns 1, 3, 5, 7: i16, the top ones and the bottom ones. Leaves zeros. */
@inline
function oddColumns(source: usize, quantizers: usize): v128 {
  const row0 = i16x8.mul(v128.load(source, 16), v128.load(quantizers, 16));
  const rows13 = i16x8.mul(v128.load(source, 80), v128.load(quantizers, 80));
  const rows57 = i16x8.mul(v128.load(source, 112), v128.load(quantizers, 112));
  clear(source);
  const odd = i32x4.add(
    i32x4.dot_i16x8_s(rows13, v128.load(ODD_13)), i32x4.dot_i16x8_s(rows57, v128.load(ODD_57)),
  );
  // Each lane has row 0 in its lower half, and row 4, which counts for nothing, in its upper one.
  const even = i32x4.add(i32x4.shr_s(i32x4.shl(row0, 16), 1), i32x4.splat(1 << 12));
  return i16x8.narrow_i32x4_s(
    i32x4.shr_s(i32x4.add(even, odd), 13), i32x4.shr_s(i32x4.sub(even, odd), 13),
  );
}

/** Sums of the odd columns of two blocks: top, bottom, top, bottom. */
@inline
function rowSums(left: v128, right: v128): v128 {
  const factors = v128.load(ODD_1357);
  return addPairs(i32x4.dot_i16x8_s(left, factors), i32x4.dot_i16x8_s(right, factors));
}

/** i16: the left samples of four rows, and their right ones. */
@inline
function twoRows(even: v128, odd: v128, last: v128): v128 {
  const sum = i32x4.add(i32x4.shl(even, 15), last);
  return i16x8.narrow_i32x4_s(
    i32x4.shr_s(i32x4.add(sum, odd), 20), i32x4.shr_s(i32x4.sub(sum, odd), 20),
  );
}

/** Sums of neighbouring lanes of both. */
@inline
function addPairs(left: v128, right: v128): v128 {
  return i32x4.add(
    i32x4.shuffle(left, right, 0, 2, 4, 6), i32x4.shuffle(left, right, 1, 3, 5, 7),
  );
}

/** 4 × 4 samples a block. */
export function inverse4(
  source: usize,
  quantizers: usize,
  count: u32,
  target: usize,
  stride: usize,
): bool {
  const half = i32x4.splat(1 << 11), last = i32x4.splat((1 << 18) + (MIDDLE << 19));
  const offset = i16x8.splat(FAR_OFFSET);
  let wide = i16x8.splat(0), far = wide;
  for (let block: u32 = 0; block < count; block++) {
    const other = source + 16, otherQuantizers = quantizers + 16;
    const even = product(source, quantizers, 0), two = product(source, quantizers, 1);
    const odd13 = product(source, quantizers, 2), odd57 = product(source, quantizers, 3);
    const otherEven = product(other, otherQuantizers, 0);
    const otherTwo = product(other, otherQuantizers, 1);
    const other13 = product(other, otherQuantizers, 2);
    const other57 = product(other, otherQuantizers, 3);
    clear(source);
    const sums = evenSum(even, two, half), otherSums = evenSum(otherEven, otherTwo, half);
    const less = evenDifference(even, two, half);
    const otherLess = evenDifference(otherEven, otherTwo, half);
    const outer = outerSum(odd13, odd57), otherOuter = outerSum(other13, other57);
    const inner = innerSum(odd13, odd57), otherInner = innerSum(other13, other57);
    const row0 = narrow(i32x4.add(sums, outer), i32x4.add(otherSums, otherOuter), 12);
    const row1 = narrow(i32x4.add(less, inner), i32x4.add(otherLess, otherInner), 12);
    const row2 = narrow(i32x4.sub(less, inner), i32x4.sub(otherLess, otherInner), 12);
    const row3 = narrow(i32x4.sub(sums, outer), i32x4.sub(otherSums, otherOuter), 12);
    wide = v128.or(wide, v128.or(i16x8.abs(row0), i16x8.abs(row1)));
    wide = v128.or(wide, v128.or(i16x8.abs(row2), i16x8.abs(row3)));
    // Pairs of columns 0 and 4, 2 and 6, 1 and 3, 5 and 7, a lane a row.
    const left = i32x4.shuffle(row0, row1, 0, 4, 1, 5), right = i32x4.shuffle(row2, row3, 0, 4, 1, 5);
    const left13 = i32x4.shuffle(row0, row1, 2, 6, 3, 7), right13 = i32x4.shuffle(row2, row3, 2, 6, 3, 7);
    const columns04 = i64x2.shuffle(left, right, 0, 2), columns26 = i64x2.shuffle(left, right, 1, 3);
    const columns13 = i64x2.shuffle(left13, right13, 0, 2);
    const columns57 = i64x2.shuffle(left13, right13, 1, 3);
    const sum = evenSum(columns04, columns26, last), rest = evenDifference(columns04, columns26, last);
    const outside = outerSum(columns13, columns57), inside = innerSum(columns13, columns57);
    const samples01 = narrow(i32x4.add(sum, outside), i32x4.add(rest, inside), 19);
    const samples23 = narrow(i32x4.sub(rest, inside), i32x4.sub(sum, outside), 19);
    far = v128.or(far, v128.or(i16x8.add(samples01, offset), i16x8.add(samples23, offset)));
    const samples = i8x16.narrow_i16x8_u(samples01, samples23);
    const lines = i8x16.shuffle(
      samples, samples, 0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15,
    );
    v128.store32_lane(target, lines, 0);
    v128.store32_lane(target + stride, lines, 1);
    v128.store32_lane(target + stride * 2, lines, 2);
    v128.store32_lane(target + stride * 3, lines, 3);
    source += BLOCK_BYTES;
    target += 4;
  }
  return isNear(wide, far);
}

@inline
export function product(source: usize, quantizers: usize, pair: usize): v128 {
  return i16x8.mul(
    v128.load(source + pair * PAIR_BYTES), v128.load(quantizers + pair * PAIR_BYTES),
  );
}

@inline
function evenSum(zero: v128, two: v128, half: v128): v128 {
  const sum = i32x4.add(i32x4.dot_i16x8_s(zero, v128.load(EVEN_0)), half);
  return i32x4.add(sum, i32x4.dot_i16x8_s(two, v128.load(EVEN_26)));
}

@inline
function evenDifference(zero: v128, two: v128, half: v128): v128 {
  const sum = i32x4.add(i32x4.dot_i16x8_s(zero, v128.load(EVEN_0)), half);
  return i32x4.sub(sum, i32x4.dot_i16x8_s(two, v128.load(EVEN_26)));
}

@inline
function outerSum(odd13: v128, odd57: v128): v128 {
  return i32x4.add(
    i32x4.dot_i16x8_s(odd13, v128.load(OUTER_13)), i32x4.dot_i16x8_s(odd57, v128.load(OUTER_57)),
  );
}

@inline
function innerSum(odd13: v128, odd57: v128): v128 {
  return i32x4.add(
    i32x4.dot_i16x8_s(odd13, v128.load(INNER_13)), i32x4.dot_i16x8_s(odd57, v128.load(INNER_57)),
  );
}

@inline
export function narrow(low: v128, high: v128, bits: i32): v128 {
  return i16x8.narrow_i32x4_s(i32x4.shr_s(low, bits), i32x4.shr_s(high, bits));
}

@inline
export function clear(block: usize): void {
  const zero = i16x8.splat(0);
  v128.store(block, zero);
  v128.store(block, zero, 16);
  v128.store(block, zero, 32);
  v128.store(block, zero, 48);
  v128.store(block, zero, 64);
  v128.store(block, zero, 80);
  v128.store(block, zero, 96);
  v128.store(block, zero, 112);
}

/** Whether nothing was saturated between the passes, nor taken for another level by libjpeg's table of levels. */
@inline
export function isNear(wide: v128, far: v128): bool {
  return !v128.any_true(v128.or(
    v128.and(wide, i16x8.splat(WIDE_BITS)),
    v128.and(far, i16x8.splat(FAR_BITS)),
  ));
}
