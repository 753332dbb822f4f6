/** What two symbols merge into: a hash table in two arrays, since a `Map` of 48,894 numbers takes almost three times the memory. */

/** Slots for each pair: chains of taken ones stay short. */
const SLOTS_PER_PAIR = 2;

/** Ids of symbols are below 65,536: two of them are one number of 32 bits. */
const ID_BITS = 16;

/** Knuth's multiplier, 2^32 by the golden ratio: neighbours in number are none in the table. */
const MULTIPLIER = 0x9e37_79b1;

/** Written once, when a vocabulary is read. No merge has the id 0, which is a byte's. */
export class PairTable {
  readonly #pairs: Uint32Array;
  readonly #results: Uint16Array;
  readonly #shift: number;

  /** For so many pairs at most. */
  constructor(readonly pairsMax: number) {
    const bits = Math.ceil(Math.log2(Math.max(2, pairsMax * SLOTS_PER_PAIR)));
    this.#shift = 32 - bits;
    this.#pairs = new Uint32Array(2 ** bits);
    this.#results = new Uint16Array(2 ** bits);
  }

  /** The result's id; undefined when the symbols do not merge. */
  get(left: number, right: number): number | undefined {
    const result = this.#results[this.#slot(left, right)];
    return result === 0 ? undefined : result;
  }

  set(left: number, right: number, result: number): void {
    const slot = this.#slot(left, right);
    this.#pairs[slot] = left << ID_BITS | right;
    this.#results[slot] = result;
  }

  /** Where the pair is, or would be. */
  #slot(left: number, right: number): number {
    const pair = (left << ID_BITS | right) >>> 0;
    let slot = Math.imul(pair, MULTIPLIER) >>> this.#shift;
    while (this.#results[slot] !== 0 && this.#pairs[slot] !== pair) {
      slot = (slot + 1) & (this.#pairs.length - 1);
    }
    return slot;
  }
}
