/** Samples to pixels, bit for bit libjpeg's. */

/**
 * Twice as many samples: 3/4 of the nearer one and 1/4 of the other, rounded down to the left and up to the right.
 * Writes up to 14 bytes more, and a byte before and behind the source.
 */
export function doubleSamples(source: usize, target: usize, count: usize): void {
  store<u8>(source - 1, load<u8>(source));
  store<u8>(source + count, load<u8>(source + count - 1));
  const one = i16x8.splat(1), two = i16x8.splat(2);
  for (let at: usize = 0; at < count; at += 8) {
    const near = v128.load8x8_u(source + at), threefold = i16x8.add(near, i16x8.shl(near, 1));
    const left = i16x8.add(v128.load8x8_u(source + at - 1), one);
    const right = i16x8.add(v128.load8x8_u(source + at + 1), two);
    const samples = i8x16.narrow_i16x8_u(
      i16x8.shr_u(i16x8.add(threefold, left), 2), i16x8.shr_u(i16x8.add(threefold, right), 2),
    );
    v128.store(
      target + (at << 1),
      i8x16.shuffle(samples, samples, 0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15),
    );
  }
}

/** Every sample twice. Writes up to 14 bytes more. */
export function repeatSamples(source: usize, target: usize, count: usize): void {
  for (let at: usize = 0; at < count; at += 8) {
    const samples = v128.load64_zero(source + at);
    v128.store(
      target + (at << 1),
      i8x16.shuffle(samples, samples, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7),
    );
  }
}

/*
 * Colour, ITU-T T.871, times 65536: red is brightness + 91881 of red difference, green is less 22554 of the blue one
 * and 46802 of the red one, blue is more 116130 of the blue one. What exceeds 16 bits goes in whole multiples.
 */
const RED = memory.data<i16>([0, 26345, 0, 26345, 0, 26345, 0, 26345]);
const GREEN = memory.data<i16>([-22554, 18734, -22554, 18734, -22554, 18734, -22554, 18734]);
const BLUE = memory.data<i16>([-14942, 0, -14942, 0, -14942, 0, -14942, 0]);

/** `count` pixels from u8 brightness and differences to RGB; writes up to 21 bytes more. */
export function writeRgb(luma: usize, blues: usize, reds: usize, target: usize, count: usize): void {
  const middle = i16x8.splat(128);
  for (let at: usize = 0; at < count; at += 8) {
    const level = v128.load8x8_u(luma + at);
    const blue = i16x8.sub(v128.load8x8_u(blues + at), middle);
    const red = i16x8.sub(v128.load8x8_u(reds + at), middle);
    const low = i16x8.shuffle(blue, red, 0, 8, 1, 9, 2, 10, 3, 11);
    const high = i16x8.shuffle(blue, red, 4, 12, 5, 13, 6, 14, 7, 15);
    const redLevel = i16x8.add(level, i16x8.add(red, part(low, high, RED)));
    const greenLevel = i16x8.add(level, i16x8.sub(part(low, high, GREEN), red));
    const blueLevel = i16x8.add(level, i16x8.add(i16x8.shl(blue, 1), part(low, high, BLUE)));
    const pairs = i8x16.narrow_i16x8_u(redLevel, greenLevel);
    const rest = i8x16.narrow_i16x8_u(blueLevel, blueLevel);
    v128.store(
      target,
      i8x16.shuffle(pairs, rest, 0, 8, 16, 1, 9, 17, 2, 10, 18, 3, 11, 19, 4, 12, 20, 5),
    );
    v128.store64_lane(
      target,
      i8x16.shuffle(pairs, rest, 13, 21, 6, 14, 22, 7, 15, 23, 0, 0, 0, 0, 0, 0, 0, 0),
      0,
      16,
    );
    target += 24;
  }
}

/** Products of both differences, added and rounded. */
@inline
function part(low: v128, high: v128, factors: usize): v128 {
  const half = i32x4.splat(1 << 15), pairs = v128.load(factors);
  return i16x8.narrow_i32x4_s(
    i32x4.shr_s(i32x4.add(i32x4.dot_i16x8_s(low, pairs), half), 16),
    i32x4.shr_s(i32x4.add(i32x4.dot_i16x8_s(high, pairs), half), 16),
  );
}
