/** The vectors that are nearest to one. */
import type { Vectors } from "../groups/pair_list.ts";

/** A vector by its row, and how near it is. */
export interface Neighbour {
  readonly row: number;
  readonly cosine: number;
}

/**
 * Finds them, the nearest first.
 *
 * @param query f32 [dim], of length 1.
 */
export function nearest(
  { rows, dim }: Vectors,
  query: Float32Array,
  limit: number,
): Neighbour[] {
  const cosines = new Float32Array(rows.length / dim);
  for (let row = 0; row < cosines.length; row++) {
    let sum = 0;
    for (let at = 0; at < dim; at++) {
      sum += (rows[row * dim + at] as number) * (query[at] as number);
    }
    cosines[row] = sum;
  }
  const least = cosines.slice().sort().at(-Math.min(limit, cosines.length)) ?? -Infinity;
  return [...cosines.keys()].filter((row) => (cosines[row] as number) >= least)
    .map((row) => ({ row, cosine: cosines[row] as number }))
    .sort((a, b) => b.cosine - a.cosine || a.row - b.row)
    .slice(0, limit);
}
