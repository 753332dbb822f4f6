/** How far one crop is from another. */

/** Differences of u8 levels. */
export interface LevelDrift {
  readonly mean: number;
  readonly max: number;
  /** Peak signal-to-noise ratio in dB; Infinity for equal crops. */
  readonly psnr: number;
}

/** Compares crops of the same size. */
export function levelDrift(exact: Uint8Array, other: Uint8Array): LevelDrift {
  let sum = 0;
  let squares = 0;
  let max = 0;
  exact.forEach((level, index) => {
    const difference = Math.abs(level - (other[index] as number));
    sum += difference;
    squares += difference ** 2;
    max = Math.max(max, difference);
  });
  const psnr = 10 * Math.log10(255 ** 2 / (squares / exact.length));
  return { mean: sum / exact.length, max, psnr };
}
