/** All pairs of near vectors, by the product of every block with every other: exact, and quadratic. */
import { InferenceSession, Tensor } from "onnxruntime-node";
import { pairGraph } from "./pair_graph.ts";

/** Two vectors, by their rows, `a` < `b`. */
export interface Pair {
  readonly a: number;
  readonly b: number;
  /** Of vectors of length 1, in single precision. */
  readonly cosine: number;
}

/** Vectors of length 1. */
export interface Vectors {
  /** f32 [n, dim], row-major. */
  readonly rows: Float32Array<ArrayBuffer>;
  readonly dim: number;
}

/** Which pairs, and what is told meanwhile. */
export interface PairOptions {
  readonly threshold: number;
  /** Threads of the product. */
  readonly threads: number;
  readonly signal?: AbortSignal;
  /** Told the part that is done, 0 to 1. */
  readonly onProgress?: (part: number) => void;
}

/** Rows of a block: its product has 4 million elements, 16 MiB, however many of them reach the threshold. */
const BLOCK_ROWS = 2048;
/** More near pairs are no near-duplicates but a threshold that is too low: each takes 24 bytes here. */
const PAIRS_MAX = 20_000_000;

/** Finds the pairs. @throws {Error} where there are too many, or the signal's reason. */
export async function exactPairs(
  { rows, dim }: Vectors,
  { threshold, threads, signal, onProgress }: PairOptions,
): Promise<Pair[]> {
  const count = rows.length / dim;
  const session = await InferenceSession.create(pairGraph(), {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
  });
  try {
    const limit = new Tensor("float32", Float32Array.of(threshold), []);
    const blocks = Array.from({ length: Math.ceil(count / BLOCK_ROWS) }, (_, at) => {
      const [start, end] = [at * BLOCK_ROWS, Math.min(count, (at + 1) * BLOCK_ROWS)];
      const data = rows.subarray(start * dim, end * dim);
      return { start, tensor: new Tensor("float32", data, [end - start, dim]) };
    });
    const pairs: Pair[] = [];
    const products = (blocks.length * (blocks.length + 1)) / 2;
    let done = 0;
    for (const [at, a] of blocks.entries()) {
      for (const b of blocks.slice(at)) {
        signal?.throwIfAborted();
        const feeds = { a: a.tensor, b: b.tensor, threshold: limit };
        const { places, cosines } = await session.run(feeds);
        collect(pairs, { a: a.start, b: b.start }, {
          places: places?.data as BigInt64Array,
          cosines: cosines?.data as Float32Array,
        });
        onProgress?.(++done / products);
      }
    }
    return pairs;
  } finally {
    await session.release();
  }
}

interface Found {
  /** The rows in `a`, and behind them those in `b`. */
  readonly places: BigInt64Array;
  readonly cosines: Float32Array;
}

function collect(
  pairs: Pair[],
  starts: { readonly a: number; readonly b: number },
  { places, cosines }: Found,
): void {
  const count = cosines.length;
  for (let at = 0; at < count; at++) {
    const a = starts.a + Number(places[at]);
    const b = starts.b + Number(places[count + at]);
    if (a < b) pairs.push({ a, b, cosine: cosines[at] as number });
  }
  if (pairs.length > PAIRS_MAX) {
    throw new Error(
      `More than ${PAIRS_MAX} pairs are as near as that: the threshold must be higher`,
    );
  }
}
