/** How far apart two models' embeddings of one picture are. */

/** Figures of two embeddings after L2-normalisation. */
export interface Comparison {
  readonly cosine: number;
  /** The largest difference of two elements. */
  readonly maxDifference: number;
}

/**
 * Compares two embeddings of the same length, in double precision.
 *
 * @throws {RangeError} when their lengths differ.
 */
export function compareEmbeddings(a: Float32Array, b: Float32Array): Comparison {
  if (a.length !== b.length) {
    throw new RangeError(`Cannot compare embeddings of ${a.length} and ${b.length} elements`);
  }
  const [first, second] = [normalize(a), normalize(b)];
  let cosine = 0;
  let maxDifference = 0;
  first.forEach((element, index) => {
    const other = second[index] as number;
    cosine += element * other;
    maxDifference = Math.max(maxDifference, Math.abs(element - other));
  });
  return { cosine, maxDifference };
}

function normalize(embedding: Float32Array): number[] {
  const length = Math.hypot(...embedding);
  return Array.from(embedding, (element) => element / length);
}
