/** FP16, as IEEE 754 has it: 11 significant bits, at most 65504, spaced 6e-8 near 0. */

/**
 * Rounds to FP16, to the nearest, a tie to the even one.
 *
 * @throws {RangeError} when an element has no finite neighbour in FP16; `name` says whose it is.
 */
export function roundToHalf(name: string, elements: Float32Array): Float16Array<ArrayBuffer> {
  const halves = new Float16Array(elements);
  const worst = halves.findIndex((half) => !Number.isFinite(half));
  if (worst >= 0) {
    throw new RangeError(
      `Cannot round ${name} to FP16: magnitudes must be ≤ 65504: current value is ${
        elements[worst]
      }`,
    );
  }
  return halves;
}
