/** Nearly all pairs of near vectors, by a graph of neighbours: for more of them than `exactPairs()` has time for. */
import { createRequire } from "node:module";
import { setImmediate } from "node:timers/promises";
import type { BatchMatches, Index } from "usearch";
import type { FoundPairs, PairOptions } from "./exact_pairs.ts";
import { PairCollector, type Vectors } from "./pair_list.ts";

/** Malkov and Yashunin's parameters (HNSW): what 0.995 of the pairs of a million takes, and 0.8 GB for its 512 numbers each. */
const CONNECTIVITY = 16;
const EXPANSION_ADD = 128;
const EXPANSION_SEARCH = 320;
/** Vectors between two looks at the signal. */
const BATCH_ROWS = 1024;
/** Neighbours that are asked for at first; those with as many near ones are asked for more. */
const NEIGHBOURS_FIRST = 16;
const NEIGHBOURS_FACTOR = 4;
const NEIGHBOURS_MAX = 4096;
/** By how much a cosine of bytes may be less than that of the vectors. */
const SLACK = 0.02;
/** Of all work, what making the graph is. */
const BUILD_PART = 0.5;

/**
 * Finds nearly all pairs; each is held to its exact cosine, so that none is there that should not be.
 *
 * @throws {TooManyPairs}, or the signal's reason.
 */
export async function approximatePairs(
  vectors: Vectors,
  options: PairOptions,
): Promise<FoundPairs> {
  const { threshold, floor = threshold, threads, pairsMax, signal, onProgress } = options;
  const count = vectors.rows.length / vectors.dim;
  const index = await build(vectors, options);
  const collector = new PairCollector(floor, threshold, pairsMax);
  let rows = Uint32Array.from({ length: count }, (_, row) => row);
  for (let k = NEIGHBOURS_FIRST; rows.length > 0; k *= NEIGHBOURS_FACTOR) {
    const full: number[] = [];
    for (let start = 0; start < rows.length; start += BATCH_ROWS) {
      await setImmediate();
      signal?.throwIfAborted();
      const some = rows.subarray(start, start + BATCH_ROWS);
      // For two at least, as the package has another answer for one.
      const asked = some.length === 1 ? Uint32Array.of(some[0] as number, some[0] as number) : some;
      const matches = index.search(gathered(vectors, asked) as never, k, threads);
      full.push(
        ...collect(collector, vectors, { rows: some, matches: matches as unknown as BatchMatches }),
      );
      const done = k === NEIGHBOURS_FIRST ? start / count : 1;
      onProgress?.(BUILD_PART + (1 - BUILD_PART) * done);
    }
    rows = k >= NEIGHBOURS_MAX || k >= count ? new Uint32Array() : Uint32Array.from(full);
  }
  onProgress?.(1);
  return { pairs: collector.finish(), floor: collector.floor };
}

async function build(
  { rows, dim }: Vectors,
  { threads, signal, onProgress }: PairOptions,
): Promise<Index> {
  // Its other door looks for the package's root by the names of callers, which Deno gives it as URLs.
  const usearch = createRequire(import.meta.url)("usearch");
  const index: Index = new usearch.Index({
    ...{ dimensions: dim, metric: "cos", quantization: "i8", connectivity: CONNECTIVITY },
    ...{ expansion_add: EXPANSION_ADD, expansion_search: EXPANSION_SEARCH, multi: false },
  });
  const count = rows.length / dim;
  const batches = Math.ceil(count / BATCH_ROWS);
  for (let batch = 0; batch < batches; batch++) {
    await setImmediate();
    signal?.throwIfAborted();
    // From all over, since near vectors that several threads add at once do not see each other.
    const some = Uint32Array.from(
      { length: Math.ceil((count - batch) / batches) },
      (_, at) => batch + at * batches,
    );
    index.add(BigUint64Array.from(some, BigInt), gathered({ rows, dim }, some), threads);
    onProgress?.(BUILD_PART * batch / batches);
  }
  return index;
}

/** What was found near some rows. */
interface Found {
  readonly rows: Uint32Array;
  readonly matches: BatchMatches;
}

/** Takes near pairs; the rows whose lists were full of them. */
function collect(
  collector: PairCollector,
  vectors: Vectors,
  { rows, matches: { keys, counts, distances, k } }: Found,
): number[] {
  const near = 1 - (collector.floor - SLACK);
  return [...rows].filter((row, at) => {
    const length = Number(counts[at]);
    let last = 0;
    for (let place = at * k; place < at * k + length; place++) {
      last = distances[place] as number;
      const other = Number(keys[place]);
      if (other === row || last > near) continue;
      const [a, b] = row < other ? [row, other] : [other, row];
      collector.add(a, b, cosineOf(vectors, a, b));
    }
    return length === k && last <= near;
  });
}

function gathered({ rows, dim }: Vectors, some: Uint32Array): Float32Array<ArrayBuffer> {
  const vectors = new Float32Array(some.length * dim);
  some.forEach((row, at) => vectors.set(rows.subarray(row * dim, (row + 1) * dim), at * dim));
  return vectors;
}

/** Of vectors of length 1; in double precision, and then a f32. */
function cosineOf({ rows, dim }: Vectors, a: number, b: number): number {
  const [startA, startB] = [a * dim, b * dim];
  let sum = 0;
  for (let at = 0; at < dim; at++) {
    sum += (rows[startA + at] as number) * (rows[startB + at] as number);
  }
  return Math.fround(sum);
}
