/** Pairs of near vectors, packed: 12 bytes each, however many there are. */

/** Vectors of length 1. */
export interface Vectors {
  /** f32 [n, dim], row-major. */
  readonly rows: Float32Array<ArrayBuffer>;
  readonly dim: number;
}

/** Pairs, the nearest first; of those as near as one another by their rows. */
export interface PairList {
  /** u32 [k]: rows of vectors, each less than its neighbour's in `b`. */
  readonly a: Uint32Array<ArrayBuffer>;
  readonly b: Uint32Array<ArrayBuffer>;
  /** f32 [k], descending. */
  readonly cosines: Float32Array<ArrayBuffer>;
}

/** No pairs. */
export const NO_PAIRS: PairList = {
  a: new Uint32Array(),
  b: new Uint32Array(),
  cosines: new Float32Array(),
};

/** A threshold is too low. */
export class TooManyPairs extends Error {}

/** A series of 5,600 pictures that are all alike has as many; 192 MB. */
const PAIRS_MAX = 16_000_000;
const PAIRS_FIRST = 1 << 16;

/**
 * Collects pairs; where there are too many, it raises its floor and keeps the nearest half, so that a search that took
 * minutes is not lost.
 */
export class PairCollector {
  #a = new Uint32Array(PAIRS_FIRST);
  #b = new Uint32Array(PAIRS_FIRST);
  #cosines = new Float32Array(PAIRS_FIRST);
  #count = 0;
  #floor: number;
  readonly #threshold: number;
  readonly #max: number;

  /**
   * @param floor Cosine from which pairs are collected, ≥ 0.
   * @param threshold Cosine above which the floor may not be raised.
   */
  constructor(floor: number, threshold: number, max = PAIRS_MAX) {
    [this.#floor, this.#threshold, this.#max] = [floor, threshold, max];
  }

  /** All pairs from this cosine on are collected. */
  get floor(): number {
    return this.#floor;
  }

  /** Takes a pair, `a` < `b`. @throws {TooManyPairs} */
  add(a: number, b: number, cosine: number): void {
    if (cosine < this.#floor) return;
    if (this.#count === this.#max) {
      this.#raiseFloor();
      if (cosine < this.#floor) return;
    }
    if (this.#count === this.#a.length) this.#resize(Math.min(this.#max, this.#count * 2));
    this.#a[this.#count] = a;
    this.#b[this.#count] = b;
    this.#cosines[this.#count++] = cosine;
  }

  /** What was collected, each pair once. */
  finish(): PairList {
    const [a, b] = [this.#a.subarray(0, this.#count), this.#b.subarray(0, this.#count)];
    const cosines = this.#cosines.subarray(0, this.#count);
    // Of positive numbers, bits have the order of what they stand for.
    const bits = new Uint32Array(cosines.buffer, 0, this.#count).map((cosine) => ~cosine);
    const all = Uint32Array.from({ length: this.#count }, (_, place) => place);
    const order = [b, a, bits].reduce(stableOrder, all).filter((place, at, order) => {
      const before = order[at - 1];
      return before === undefined || a[before] !== a[place] || b[before] !== b[place];
    });
    return {
      a: order.map((place) => a[place] as number),
      b: order.map((place) => b[place] as number),
      cosines: Float32Array.from(order, (place) => cosines[place] as number),
    };
  }

  #raiseFloor(): void {
    const middle = this.#cosines.slice(0, this.#count).sort()[this.#count >> 1] as number;
    const floor = Math.min(nextFloat(middle), this.#threshold);
    let kept = 0;
    for (let at = 0; at < this.#count; at++) {
      if ((this.#cosines[at] as number) < floor) continue;
      this.#a[kept] = this.#a[at] as number;
      this.#b[kept] = this.#b[at] as number;
      this.#cosines[kept++] = this.#cosines[at] as number;
    }
    if (kept === this.#count) {
      throw new TooManyPairs(
        `More than ${this.#max} pairs of photos are as near as ${this.#threshold}: the threshold must be higher`,
      );
    }
    [this.#count, this.#floor] = [kept, floor];
  }

  #resize(length: number): void {
    const resized = <T extends Uint32Array<ArrayBuffer> | Float32Array<ArrayBuffer>>(
      from: T,
      to: T,
    ) => {
      to.set(from.subarray(0, Math.min(this.#count, length)));
      return to;
    };
    this.#a = resized(this.#a, new Uint32Array(length));
    this.#b = resized(this.#b, new Uint32Array(length));
    this.#cosines = resized(this.#cosines, new Float32Array(length));
  }
}

/** The smallest f32 above a positive one. */
function nextFloat(value: number): number {
  const float = Float32Array.of(value);
  const bits = new Uint32Array(float.buffer);
  bits[0] = (bits[0] as number) + 1;
  return float[0] as number;
}

const DIGIT_BITS = 16;
const DIGITS = 1 << DIGIT_BITS;

/** Places in the order of their keys; those of equal keys stay as they were: radix sort, the lower digit first. */
function stableOrder(order: Uint32Array<ArrayBuffer>, keys: Uint32Array): Uint32Array<ArrayBuffer> {
  for (const shift of [0, DIGIT_BITS]) {
    const starts = new Uint32Array(DIGITS + 1);
    for (const key of keys) {
      const digit = (key >>> shift) & (DIGITS - 1);
      starts[digit + 1] = (starts[digit + 1] as number) + 1;
    }
    for (let digit = 0; digit < DIGITS; digit++) {
      starts[digit + 1] = (starts[digit + 1] as number) + (starts[digit] as number);
    }
    const sorted = new Uint32Array(order.length);
    for (const place of order) {
      const digit = ((keys[place] as number) >>> shift) & (DIGITS - 1);
      const at = starts[digit] as number;
      sorted[at] = place;
      starts[digit] = at + 1;
    }
    order = sorted;
  }
  return order;
}
