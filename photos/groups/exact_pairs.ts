/** All pairs of near vectors, by the product of every block with every other: exact, and quadratic. */
import { InferenceSession, Tensor } from "onnxruntime-node";
import { nearestGraph, pairGraph } from "./pair_graph.ts";
import { PairCollector, type PairList, type Vectors } from "./pair_list.ts";
import {
  flattening,
  leastProduct,
  LEFT_ZERO,
  type RoughBlock,
  roughBlock,
} from "./rough_vectors.ts";

/** Which pairs, and what is told meanwhile. */
export interface PairOptions {
  /** Cosine from which pairs are wanted, 0 to 1. */
  readonly threshold: number;
  /** Cosine from which they are collected while there are not too many; ≤ `threshold`, which it is unless given. */
  readonly floor?: number;
  readonly threads: number;
  /** 16 million unless given. */
  readonly pairsMax?: number;
  readonly signal?: AbortSignal;
  /** Told the part that is done, 0 to 1. */
  readonly onProgress?: (part: number) => void;
}

/** Pairs, and the cosine from which none is missing. */
export interface FoundPairs {
  readonly pairs: PairList;
  readonly floor: number;
}

/** Rows of a block: its product, 4 MiB, is still in the processor's cache when its largest elements are looked for. */
const BLOCK_ROWS = 1024;

/** Finds the pairs. @throws {TooManyPairs}, or the signal's reason. */
export async function exactPairs(
  { rows, dim }: Vectors,
  { threshold, floor = threshold, threads, pairsMax, signal, onProgress }: PairOptions,
): Promise<FoundPairs> {
  const count = rows.length / dim;
  const mirror = flattening({ rows, dim });
  const blocks = Array.from({ length: Math.ceil(count / BLOCK_ROWS) }, (_, at) => {
    const start = at * BLOCK_ROWS;
    const some = { dim, rows: rows.subarray(start * dim, (start + BLOCK_ROWS) * dim) };
    const { right, rightRoughness } = roughBlock(some, mirror);
    return { ...some, right, rightRoughness, start };
  });
  const collector = new PairCollector(floor, threshold, pairsMax);
  const products = (blocks.length * (blocks.length + 1)) / 2;
  let done = 0;
  await using product = await BlockProduct.create(threads);
  for (const [at, block] of blocks.entries()) {
    // Made again rather than kept: a byte for each element of all vectors.
    const { left, leftRoughness } = roughBlock(block, mirror);
    const a = { ...block, left, leftRoughness };
    for (const b of blocks.slice(at)) {
      signal?.throwIfAborted();
      await product.collect(a, b, collector);
      onProgress?.(++done / products);
    }
  }
  return { pairs: collector.finish(), floor: collector.floor };
}

/** Neighbouring vectors. */
interface Block extends Vectors, Pick<RoughBlock, "right" | "rightRoughness"> {
  /** Row of the first. */
  readonly start: number;
}

/** The product of two blocks: bytes tell which rows have something near, and only those are multiplied as they are. */
class BlockProduct implements AsyncDisposable {
  readonly #rough: InferenceSession;
  readonly #pairs: InferenceSession;

  private constructor(rough: InferenceSession, pairs: InferenceSession) {
    [this.#rough, this.#pairs] = [rough, pairs];
  }

  static async create(threads: number): Promise<BlockProduct> {
    const options = {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      // Threads that wait for the next block would burn what other programs could use.
      extra: { session: { intra_op: { allow_spinning: "0" } } },
    };
    const [rough, pairs] = await Promise.all(
      [nearestGraph(), pairGraph()].map((graph) => InferenceSession.create(graph, options)),
    );
    return new BlockProduct(rough as InferenceSession, pairs as InferenceSession);
  }

  async collect(a: Block & RoughBlock, b: Block, collector: PairCollector): Promise<void> {
    const places = a.start === b.start ? undefined : await this.#nearRows(a, b, collector.floor);
    if (places?.length === 0) return;
    const near = places === undefined ? a.rows : gathered(a, places);
    const { places: found, cosines } = await this.#pairs.run({
      a: tensorOf({ ...a, rows: near }),
      b: tensorOf(b),
      threshold: new Tensor("float32", Float32Array.of(collector.floor), []),
    });
    const at = found?.data as BigInt64Array;
    (cosines?.data as Float32Array).forEach((cosine, index, { length }) => {
      const row = Number(at[index]);
      const [first, second] = [
        a.start + (places?.[row] ?? row),
        b.start + Number(at[length + index]),
      ];
      if (first < second) collector.add(first, second, cosine);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#rough.release(), this.#pairs.release()]);
  }

  /** Rows of `a` that may have something near in `b`. */
  async #nearRows(a: Block & RoughBlock, b: Block, floor: number): Promise<number[]> {
    const { nearest } = await this.#rough.run({
      a: new Tensor("uint8", a.left, [a.rows.length / a.dim, a.dim]),
      b: new Tensor("int8", b.right, [b.dim, b.rows.length / b.dim]),
      zero: new Tensor("uint8", Uint8Array.of(LEFT_ZERO), []),
    });
    const least = leastProduct(floor, a.leftRoughness, b.rightRoughness);
    const places: number[] = [];
    (nearest?.data as Int32Array).forEach((product, row) => {
      if (product >= least) places.push(row);
    });
    return places;
  }
}

function gathered({ rows, dim }: Vectors, places: readonly number[]): Float32Array<ArrayBuffer> {
  const some = new Float32Array(places.length * dim);
  places.forEach((row, at) => some.set(rows.subarray(row * dim, (row + 1) * dim), at * dim));
  return some;
}

function tensorOf({ rows, dim }: Vectors): Tensor {
  return new Tensor("float32", rows, [rows.length / dim, dim]);
}
