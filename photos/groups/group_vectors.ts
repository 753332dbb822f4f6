/** Pairs to groups, without chains. */
import type { PairList, Vectors } from "./pair_list.ts";

/** Vectors that are near to one another, by their rows. */
export interface VectorGroup {
  /** Ascending. */
  readonly members: readonly number[];
  /** The smallest cosine that joined two parts of it. */
  readonly weakestLink: number;
}

/**
 * How much nearer to a threshold two parts' directions must be than their nearest members: a chain of small steps ends
 * at something that is no copy of its begin, and its middle tells.
 */
const CHAIN_MARGIN = 0.01;

/**
 * Joins near vectors, the nearest first (Kruskal's order), where the means of both parts are as near as the threshold, less
 * a margin. Groups come in the order of their first members; vectors that stand alone are none.
 *
 * @param pairs All that reach the threshold, and maybe more.
 */
export function groupVectors(
  { rows, dim }: Vectors,
  { a, b, cosines }: PairList,
  threshold: number,
): VectorGroup[] {
  const sets = new Sets(rows, dim);
  for (const [at, cosine] of cosines.entries()) {
    if (cosine < threshold) break;
    sets.join({ a: a[at] as number, b: b[at] as number, cosine }, threshold - CHAIN_MARGIN);
  }
  return sets.groups();
}

/** Two vectors, by their rows. */
interface Pair {
  readonly a: number;
  readonly b: number;
  readonly cosine: number;
}

/** A part of a group while it grows. */
interface Part {
  readonly members: number[];
  /** Sum of its vectors, in double precision: its direction is their mean's. A view of the vector where it is one. */
  sum: Float64Array | Float32Array;
  weakestLink: number;
}

/** Disjoint sets; vectors without any pair never get one. */
class Sets {
  readonly #rows: Float32Array;
  readonly #dim: number;
  readonly #parts = new Map<number, Part>();

  constructor(rows: Float32Array, dim: number) {
    [this.#rows, this.#dim] = [rows, dim];
  }

  join({ a, b, cosine }: Pair, meansMin: number): void {
    const [first, second] = [this.#part(a), this.#part(b)];
    if (first === second || cosineOf(first.sum, second.sum) < meansMin) return;
    const [large, small] = first.members.length >= second.members.length
      ? [first, second]
      : [second, first];
    large.members.push(...small.members);
    large.weakestLink = Math.min(large.weakestLink, small.weakestLink, cosine);
    const sum = large.sum instanceof Float64Array ? large.sum : Float64Array.from(large.sum);
    for (let at = 0; at < sum.length; at++) {
      sum[at] = (sum[at] as number) + (small.sum[at] as number);
    }
    large.sum = sum;
    for (const member of small.members) this.#parts.set(member, large);
  }

  groups(): VectorGroup[] {
    return [...new Set(this.#parts.values())].filter(({ members }) => members.length > 1)
      .map(({ members, weakestLink }) => ({
        members: members.toSorted((a, b) => a - b),
        weakestLink,
      }))
      .sort((a, b) => (a.members[0] as number) - (b.members[0] as number));
  }

  #part(row: number): Part {
    const known = this.#parts.get(row);
    if (known !== undefined) return known;
    const sum = this.#rows.subarray(row * this.#dim, (row + 1) * this.#dim);
    const part = { members: [row], sum, weakestLink: 1 };
    this.#parts.set(row, part);
    return part;
  }
}

function cosineOf(a: Part["sum"], b: Part["sum"]): number {
  let [dot, squaresA, squaresB] = [0, 0, 0];
  for (let at = 0; at < a.length; at++) {
    const [x, y] = [a[at] as number, b[at] as number];
    dot += x * y;
    squaresA += x * x;
    squaresB += y * y;
  }
  return dot / Math.sqrt(squaresA * squaresB);
}
