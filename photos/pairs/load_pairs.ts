/** The near pairs of a library: found once, and kept in its folder. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { defaultThreshold } from "../groups/threshold.ts";
import { methodFor, nearPairs, type PairMethod } from "../groups/near_pairs.ts";
import { NO_PAIRS, type PairList, type Vectors } from "../groups/pair_list.ts";
import type { Library } from "../library/library.ts";
import type { StoredEmbedder } from "../library/vector_table.ts";
import { readPairs, writePairs } from "./pair_file.ts";

/** What is wanted. */
export interface LoadOptions {
  /** Cosine from which photos are near-duplicates; the model's unless given. */
  readonly threshold?: number | undefined;
  /** As suits the number of vectors, unless given. */
  readonly method?: PairMethod | undefined;
  readonly threads: number;
  readonly signal?: AbortSignal;
  /** Told the part that is done, 0 to 1; not at all where pairs are kept. */
  readonly onProgress?: (part: number) => void;
}

/** Vectors and their near pairs: what grouping takes, at any threshold from `floor` on. */
export interface LoadedPairs {
  /** Of rows of `vectors`, in hex. */
  readonly digests: readonly string[];
  readonly vectors: Vectors;
  readonly pairs: PairList;
  /** Cosine from which no pair is missing (nearly none, where `method` is `approximate`); ≤ `threshold`. */
  readonly floor: number;
  /** The one that was asked for, or the model's. */
  readonly threshold: number;
  readonly method: PairMethod;
}

/** File of the library's folder. */
const PAIRS_FILE = "pairs.bin";

/**
 * How far below a threshold pairs are collected: a lower one is asked for next. They cost nothing but memory where all
 * pairs are looked at anyway, and longer lists of neighbours otherwise.
 */
const DEPTHS: Readonly<Record<PairMethod, number>> = { exact: 0.1, approximate: 0.02 };

/**
 * Loads them: from the library's file, or anew where photos came or went, or the threshold is below the file's floor.
 *
 * @throws {TooManyPairs} where the threshold is too low, or the signal's reason.
 */
export async function loadPairs(library: Library, options: LoadOptions): Promise<LoadedPairs> {
  const [embedder] = library.vectors.embedders();
  const threshold = options.threshold ?? defaultThreshold(embedder?.space ?? "");
  if (embedder === undefined) {
    const vectors = { rows: new Float32Array(), dim: 1 };
    const none = { digests: [], vectors, pairs: NO_PAIRS, floor: 0, threshold };
    return { ...none, method: options.method ?? "exact" };
  }
  const { digests, rows } = library.vectors.matrix(embedder);
  const vectors = { rows, dim: embedder.dim };
  const method = options.method ?? methodFor(digests.length);
  const path = join(library.folder, PAIRS_FILE);
  const key = keyOf(embedder, method, digests);
  const kept = await readPairs(path, key);
  if (kept !== undefined && kept.floor <= threshold) {
    return { ...kept, digests, vectors, threshold, method };
  }
  const floor = Math.max(0, threshold - DEPTHS[method]);
  const found = await nearPairs(vectors, method, { ...options, threshold, floor });
  await writePairs(path, { key, ...found });
  return { ...found, digests, vectors, threshold, method };
}

/** Another one for other vectors, or another way to find pairs. */
function keyOf(
  { space, preprocessId, dim }: StoredEmbedder,
  method: PairMethod,
  digests: readonly string[],
): string {
  const hash = createHash("sha256").update(JSON.stringify([space, preprocessId, dim, method]));
  for (const digest of digests) hash.update(digest);
  return hash.digest("hex");
}
