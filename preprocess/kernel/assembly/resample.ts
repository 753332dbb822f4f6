/**
 * Pillow's bicubic passes in SIMD, byte for byte: AssemblyScript, built into `../kernel.wasm` by
 * `deno task kernel`. `../simd_resize.ts` lays out the memory and says in which order the steps run.
 *
 * A weight of 22 bits does not fit a lane of the 16-bit dot product, so it is split into high × 2^15 + low. Two dot
 * products a pair of taps then give the very sums of `../../resize.ts`: they are integers, taken modulo 2^32.
 *
 * Loads may reach beyond what counts (16 bytes where 6 are used, a tap of weight 0), and a store of 4 bytes puts
 * down 3 that count: the layout leaves room for both.
 */

/** One step, as `../kernel_instance.ts` writes it; what a field means to steps other than the two passes they say. */
@unmanaged
class Step {
  /** Address of sample 0 of the axis, in the first line across it. */
  source: usize;
  /** Bytes from one row to the next. */
  sourceStride: usize;
  target: usize;
  targetStride: usize;
  /** Address of u32: the first source sample of each output sample. */
  starts: usize;
  /** Address of i16: the highs of two neighbouring taps, then their lows, and so on. */
  weights: usize;
  /** Taps of every output sample: even, filled up with weight 0. */
  taps: usize;
  /** Output samples along the axis. */
  count: usize;
  /** Lines across the axis: rows of the horizontal pass, bytes of a row of the vertical one. */
  lines: usize;
  channels: usize;
}

const PRECISION_BITS = 22;
/** Half a level: what every sum starts from, so that the shift rounds. */
const HALF = 1 << (PRECISION_BITS - 1);
const SPLIT_BITS = 15;
/** Bytes of the weights of two taps. */
const PAIR_BYTES = 8;

/**
 * Where two neighbouring pixels have their first channel, their second one, and so on: bytes become pairs of i16.
 * Loaded rather than written as constants, which V8 would build anew at every use. The swizzle may be a relaxed one,
 * which saves an instruction: 0..15 and -1, for zero, are what it does alike everywhere.
 */
const RGB_PAIRS = memory.data<i8>([0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1]);
const CMYK_PAIRS = memory.data<i8>([0, -1, 4, -1, 1, -1, 5, -1, 2, -1, 6, -1, 3, -1, 7, -1]);

/** Where four RGB pixels have their red, green and blue: bytes become i32. */
const CHANNEL_LANES = memory.data<i8>([
  0, -1, -1, -1, 3, -1, -1, -1, 6, -1, -1, -1, 9, -1, -1, -1,
  1, -1, -1, -1, 4, -1, -1, -1, 7, -1, -1, -1, 10, -1, -1, -1,
  2, -1, -1, -1, 5, -1, -1, -1, 8, -1, -1, -1, 11, -1, -1, -1,
]);

/**
 * 1 / 255 in two parts, the first one of 16 bits. A level times that is exact, so that both products and their sum
 * give level / 255 rounded once, for all 256 levels, and in less time than a division takes.
 */
const INVERSE_255 = memory.data<f32>([0.0039215087890625, 5.983839201917363e-8]);

/** The horizontal pass over pixels of 3 or 4 channels: a lane a channel, four rows at a time. */
export function resampleColumns(step: Step): void {
  const stride = step.sourceStride, targetStride = step.targetStride;
  const channels = step.channels, weightBytes = (step.taps >> 1) * PAIR_BYTES;
  const lanes = v128.load(channels == 3 ? RGB_PAIRS : CMYK_PAIRS);
  for (let row: usize = 0; row < step.lines; row += 4) {
    // Rows that the last group lacks are its last row once more.
    const last = step.lines - 1 - row;
    const row1 = min<usize>(1, last), row2 = min<usize>(2, last), row3 = min<usize>(3, last);
    const in1 = row1 * stride, in2 = row2 * stride, in3 = row3 * stride;
    const out1 = row1 * targetStride, out2 = row2 * targetStride, out3 = row3 * targetStride;
    const source = step.source + row * stride;
    let target = step.target + row * targetStride, weight = step.weights;
    for (let column: usize = 0; column < step.count; column++) {
      let high0 = i32x4.splat(0), high1 = high0, high2 = high0, high3 = high0;
      let low0 = i32x4.splat(HALF), low1 = low0, low2 = low0, low3 = low0;
      let position = source + <usize> load<u32>(step.starts + (column << 2)) * channels;
      for (const end = weight + weightBytes; weight < end; weight += PAIR_BYTES) {
        const high = v128.load32_splat(weight), low = v128.load32_splat(weight, 4);
        let pairs = i8x16.relaxed_swizzle(v128.load(position), lanes);
        high0 = i32x4.add(high0, i32x4.dot_i16x8_s(pairs, high));
        low0 = i32x4.add(low0, i32x4.dot_i16x8_s(pairs, low));
        pairs = i8x16.relaxed_swizzle(v128.load(position + in1), lanes);
        high1 = i32x4.add(high1, i32x4.dot_i16x8_s(pairs, high));
        low1 = i32x4.add(low1, i32x4.dot_i16x8_s(pairs, low));
        pairs = i8x16.relaxed_swizzle(v128.load(position + in2), lanes);
        high2 = i32x4.add(high2, i32x4.dot_i16x8_s(pairs, high));
        low2 = i32x4.add(low2, i32x4.dot_i16x8_s(pairs, low));
        pairs = i8x16.relaxed_swizzle(v128.load(position + in3), lanes);
        high3 = i32x4.add(high3, i32x4.dot_i16x8_s(pairs, high));
        low3 = i32x4.add(low3, i32x4.dot_i16x8_s(pairs, low));
        position += channels << 1;
      }
      const levels = i8x16.narrow_i16x8_u(
        i16x8.narrow_i32x4_s(toLevels(high0, low0), toLevels(high1, low1)),
        i16x8.narrow_i32x4_s(toLevels(high2, low2), toLevels(high3, low3)),
      );
      v128.store32_lane(target, levels, 0);
      v128.store32_lane(target + out1, levels, 1);
      v128.store32_lane(target + out2, levels, 2);
      v128.store32_lane(target + out3, levels, 3);
      target += channels;
    }
  }
}

/** The horizontal pass over gray pixels: a lane a row, four rows at a time. */
export function resampleGrayColumns(step: Step): void {
  const stride = step.sourceStride, targetStride = step.targetStride;
  const weightBytes = (step.taps >> 1) * PAIR_BYTES;
  for (let row: usize = 0; row < step.lines; row += 4) {
    const last = step.lines - 1 - row;
    const row1 = min<usize>(1, last), row2 = min<usize>(2, last), row3 = min<usize>(3, last);
    const in1 = row1 * stride, in2 = row2 * stride, in3 = row3 * stride;
    const source = step.source + row * stride;
    let target = step.target + row * targetStride, weight = step.weights;
    for (let column: usize = 0; column < step.count; column++) {
      let highs = i32x4.splat(0), lows = i32x4.splat(HALF);
      let position = source + <usize> load<u32>(step.starts + (column << 2));
      for (const end = weight + weightBytes; weight < end; weight += PAIR_BYTES) {
        let bytes = v128.load16_splat(position);
        bytes = v128.load16_lane(position + in1, bytes, 1);
        bytes = v128.load16_lane(position + in2, bytes, 2);
        bytes = v128.load16_lane(position + in3, bytes, 3);
        const pairs = i16x8.extend_low_i8x16_u(bytes);
        highs = i32x4.add(highs, i32x4.dot_i16x8_s(pairs, v128.load32_splat(weight)));
        lows = i32x4.add(lows, i32x4.dot_i16x8_s(pairs, v128.load32_splat(weight, 4)));
        position += 2;
      }
      const sums = toLevels(highs, lows), words = i16x8.narrow_i32x4_s(sums, sums);
      const levels = i8x16.narrow_i16x8_u(words, words);
      v128.store8_lane(target, levels, 0);
      v128.store8_lane(target + row1 * targetStride, levels, 1);
      v128.store8_lane(target + row2 * targetStride, levels, 2);
      v128.store8_lane(target + row3 * targetStride, levels, 3);
      target++;
    }
  }
}

/** The vertical pass, whatever the channels: a lane a byte of the row, 16 of them at a time. */
export function resampleRows(step: Step): void {
  const stride = step.sourceStride, weightBytes = (step.taps >> 1) * PAIR_BYTES;
  for (let row: usize = 0; row < step.count; row++) {
    const source = step.source + <usize> load<u32>(step.starts + (row << 2)) * stride;
    const target = step.target + row * step.targetStride;
    const weights = step.weights + row * weightBytes;
    for (let byte: usize = 0; byte < step.lines; byte += 16) {
      let high0 = i32x4.splat(0), high1 = high0, high2 = high0, high3 = high0;
      let low0 = i32x4.splat(HALF), low1 = low0, low2 = low0, low3 = low0;
      let position = source + byte;
      for (let weight = weights; weight < weights + weightBytes; weight += PAIR_BYTES) {
        const high = v128.load32_splat(weight), low = v128.load32_splat(weight, 4);
        const upper = v128.load(position), lower = v128.load(position + stride);
        const left = interleaveLow(upper, lower), right = interleaveHigh(upper, lower);
        let pairs = i16x8.extend_low_i8x16_u(left);
        high0 = i32x4.add(high0, i32x4.dot_i16x8_s(pairs, high));
        low0 = i32x4.add(low0, i32x4.dot_i16x8_s(pairs, low));
        pairs = i16x8.extend_high_i8x16_u(left);
        high1 = i32x4.add(high1, i32x4.dot_i16x8_s(pairs, high));
        low1 = i32x4.add(low1, i32x4.dot_i16x8_s(pairs, low));
        pairs = i16x8.extend_low_i8x16_u(right);
        high2 = i32x4.add(high2, i32x4.dot_i16x8_s(pairs, high));
        low2 = i32x4.add(low2, i32x4.dot_i16x8_s(pairs, low));
        pairs = i16x8.extend_high_i8x16_u(right);
        high3 = i32x4.add(high3, i32x4.dot_i16x8_s(pairs, high));
        low3 = i32x4.add(low3, i32x4.dot_i16x8_s(pairs, low));
        position += stride << 1;
      }
      const levels = i8x16.narrow_i16x8_u(
        i16x8.narrow_i32x4_s(toLevels(high0, low0), toLevels(high1, low1)),
        i16x8.narrow_i32x4_s(toLevels(high2, low2), toLevels(high3, low3)),
      );
      v128.store(target + byte, levels);
    }
  }
}

/** Copies `count` rows of `lines` bytes. */
export function copyRows(step: Step): void {
  for (let row: usize = 0; row < step.count; row++) {
    const source = step.source + row * step.sourceStride;
    memory.copy(step.target + row * step.targetStride, source, step.lines);
  }
}

/** `count` gray pixels to RGB. */
export function convertGray(step: Step): void {
  let target = step.target;
  for (let pixel: usize = 0; pixel < step.count; pixel++) {
    const level = load<u8>(step.source + pixel);
    store<u8>(target, level);
    store<u8>(target, level, 1);
    store<u8>(target, level, 2);
    target += 3;
  }
}

/** `count` CMYK pixels to RGB, as `../../rgb_crop.ts` does. */
export function convertCmyk(step: Step): void {
  let target = step.target;
  for (let pixel: usize = 0; pixel < step.count; pixel++) {
    const source = step.source + (pixel << 2);
    const white = 255 - <u32> load<u8>(source, 3);
    store<u8>(target, white - multiplyDivide255(load<u8>(source), white));
    store<u8>(target, white - multiplyDivide255(load<u8>(source, 1), white), 1);
    store<u8>(target, white - multiplyDivide255(load<u8>(source, 2), white), 2);
    target += 3;
  }
}

/** `count` RGB pixels to three planes of f32, by the mean and then the deviation of each channel at `weights`. */
export function normalize(step: Step): void {
  for (let channel: usize = 0; channel < 3; channel++) normalizePlane(step, channel);
}

/** Four pixels at a time; what is written beyond the plane the next one overwrites. */
function normalizePlane(step: Step, channel: usize): void {
  const lanes = v128.load(CHANNEL_LANES + (channel << 4));
  const upper = v128.load32_splat(INVERSE_255), lower = v128.load32_splat(INVERSE_255, 4);
  const mean = v128.load32_splat(step.weights + (channel << 2));
  const deviation = v128.load32_splat(step.weights + (channel << 2), 12);
  let source = step.source, target = step.target + channel * (step.count << 2);
  for (const end = target + (step.count << 2); target < end; target += 16) {
    const levels = f32x4.convert_i32x4_s(i8x16.relaxed_swizzle(v128.load(source), lanes));
    const values = f32x4.add(f32x4.mul(levels, upper), f32x4.mul(levels, lower));
    v128.store(target, f32x4.div(f32x4.sub(values, mean), deviation));
    source += 12;
  }
}

/** Sums to levels, which the narrowing then clamps to u8. */
function toLevels(high: v128, low: v128): v128 {
  return i32x4.shr_s(i32x4.add(i32x4.shl(high, SPLIT_BITS), low), PRECISION_BITS);
}

function interleaveLow(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

function interleaveHigh(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}

/** Source: Pillow's `MULDIV255`. */
function multiplyDivide255(a: u32, b: u32): u32 {
  const product = a * b + 128;
  return ((product >> 8) + product) >> 8;
}
