/** Near pairs, by whichever way has time for so many vectors. */
import { approximatePairs } from "./approximate_pairs.ts";
import { exactPairs, type FoundPairs, type PairOptions } from "./exact_pairs.ts";
import type { Vectors } from "./pair_list.ts";

/** How pairs are found. */
export type PairMethod = "exact" | "approximate";

/** Vectors of which all pairs are compared: some five minutes of one core. */
const EXACT_MAX = 200_000;

/** The way for so many vectors. */
export function methodFor(count: number): PairMethod {
  return count <= EXACT_MAX ? "exact" : "approximate";
}

/** Finds pairs. @throws {TooManyPairs}, or the signal's reason. */
export async function nearPairs(
  vectors: Vectors,
  method: PairMethod,
  options: PairOptions,
): Promise<FoundPairs> {
  return method === "exact"
    ? await exactPairs(vectors, options)
    : await approximatePairs(vectors, options);
}
