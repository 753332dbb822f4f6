/** Weights as the SIMD kernel reads them, and a bounded cache of them. */
import { axisWeights, type AxisWindow } from "../resize/axis_weights.ts";

/** Taps of consecutive output samples along one axis, every sample with the same even number of them. */
export interface AxisTable {
  /** First source sample of each output sample. */
  readonly starts: Uint32Array;
  /** A pair of taps after the other: both upper parts, then both lower parts. */
  readonly weights: Int16Array;
  readonly taps: number;
  /** First source sample that counts, and the one after the last; reads may go one further. */
  readonly sourceStart: number;
  readonly sourceEnd: number;
  /** Whether every output sample is its source sample, so that no arithmetic is due. */
  readonly isIdentity: boolean;
}

/** Bits of a weight's lower part: with them it fits an i16 and so does the rest. */
const SPLIT_BITS = 15;
const LOWER_MASK = (1 << SPLIT_BITS) - 1;

/** Splits the weights of a window of an axis. */
export function axisTable(window: AxisWindow): AxisTable {
  const axis = axisWeights(window);
  const { sourceStart, sourceEnd, isIdentity } = axis;
  const most = axis.counts.reduce((left, right) => Math.max(left, right));
  const taps = most + (most % 2);
  const starts = new Uint32Array(window.count);
  const weights = new Int16Array(window.count * taps * 2);
  for (let index = 0; index < window.count; index++) {
    const first = axis.starts[index] as number;
    // Near the end of the source the added taps go in front, so that no memory beyond it is read.
    const start = Math.max(sourceStart, Math.min(first, sourceEnd - taps));
    starts[index] = start;
    for (let tap = 0; tap < (axis.counts[index] as number); tap++) {
      const weight = axis.weights[index * axis.stride + tap] as number;
      const place = first - start + tap;
      const pair = index * taps * 2 + (place >> 1) * 4 + (place & 1);
      weights[pair] = weight >> SPLIT_BITS;
      weights[pair + 2] = weight & LOWER_MASK;
    }
  }
  return { starts, weights, taps, sourceStart, sourceEnd, isIdentity };
}

/** Bytes that a cache keeps: some twenty sizes of camera originals, or hundreds of small ones. */
const CACHE_BYTES_MAX = 1024 * 1024;

/** Keeps the tables used last: photos come in few sizes, and a table costs a tenth of resizing a small one. */
export class AxisTableCache {
  readonly #bytesMax: number;
  readonly #tables = new Map<string, AxisTable>();
  #bytes = 0;

  constructor(bytesMax: number = CACHE_BYTES_MAX) {
    this.#bytesMax = bytesMax;
  }

  /** The table of a window, computed when it is not kept. */
  get(window: AxisWindow): AxisTable {
    const { inSize, box, outSize, start, count, interpolation } = window;
    const key = [inSize, box?.start, box?.length, outSize, start, count, interpolation].join(" ");
    const table = this.#tables.get(key) ?? axisTable(window);
    if (!this.#tables.delete(key)) this.#bytes += byteLength(table);
    this.#tables.set(key, table);
    for (const [oldest, { starts, weights }] of this.#tables) {
      if (this.#bytes <= this.#bytesMax) break;
      this.#tables.delete(oldest);
      this.#bytes -= byteLength({ starts, weights });
    }
    return table;
  }
}

function byteLength({ starts, weights }: Pick<AxisTable, "starts" | "weights">): number {
  return starts.byteLength + weights.byteLength;
}
