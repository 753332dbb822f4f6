/** How far copies of one photo are from it, and how near different photos are: what a threshold must lie between. */
import { cosine } from "../../models/contract/vectors.ts";

/** What was measured of a model. */
export interface Margins {
  /** The farthest copy of each kind: its cosine with the original. */
  readonly farthestCopies: readonly number[];
  /** One copy of a hundred is farther. */
  readonly copiesLow: number;
  /** The largest cosine of two different photos. */
  readonly nearestOthers: number;
  /** Half-way between the farthest copy and the nearest others. */
  readonly threshold: number;
  /** Whether there is a gap between them. */
  readonly isClear: boolean;
}

/**
 * Measures.
 *
 * @param photos Vectors of each photo, the original first, and of its copies; photos must be different ones.
 */
export function marginsOf(photos: readonly (readonly Float32Array[])[]): Margins {
  const copies = photos.map(([original, ...altered]) =>
    altered.map((copy) => cosine(original as Float32Array, copy))
  );
  const kinds = copies[0]?.length ?? 0;
  const farthestCopies = Array.from(
    { length: kinds },
    (_, kind) => Math.min(...copies.map((own) => own[kind] as number)),
  );
  const sorted = copies.flat().sort((a, b) => a - b);
  const originals = photos.map(([original]) => original as Float32Array);
  let nearestOthers = -1;
  for (const [at, one] of originals.entries()) {
    for (const other of originals.slice(at + 1)) {
      nearestOthers = Math.max(nearestOthers, cosine(one, other));
    }
  }
  const farthest = sorted[0] ?? NaN;
  return {
    farthestCopies,
    copiesLow: sorted[Math.floor(sorted.length / 100)] ?? NaN,
    nearestOthers,
    threshold: (farthest + nearestOthers) / 2,
    isClear: farthest > nearestOthers,
  };
}
