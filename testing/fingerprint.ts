/** What the scripted backend's `fingerprint` reply must be, so that a test can tell whether every byte arrived. */

/** Weights run through 1..31, so that bytes that changed places show. */
const WEIGHTS = 31;

/**
 * Weighted sums of `width` equal stretches of a tensor's bytes. All sums stay below 2^24, where FP32 is exact.
 *
 * @throws {RangeError} when the bytes do not divide into that many stretches.
 */
export function fingerprint(bytes: Uint8Array, width: number): Float32Array {
  const length = bytes.length / width;
  if (!Number.isInteger(length)) {
    throw new RangeError(`Cannot divide ${bytes.length} bytes into ${width} stretches`);
  }
  return Float32Array.from({ length: width }, (_, stretch) => {
    let sum = 0;
    for (let index = 0; index < length; index++) {
      sum += (bytes[stretch * length + index] as number) * (1 + index % WEIGHTS);
    }
    return sum;
  });
}
