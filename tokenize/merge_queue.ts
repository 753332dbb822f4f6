/** Merges of a word that are possible, lowest id first, then leftmost: a binary heap of numbers. */

/** Places are below this; ids stand above them in one number, whose order is then that of both. */
const PLACE_FACTOR = 2 ** 32;

/** A possible merge: what the neighbours become, and where the left one of them is. */
export interface PossibleMerge {
  readonly id: number;
  readonly place: number;
}

/** A heap; what went in last does not come out first unless it is lowest. */
export class MergeQueue {
  #keys: Float64Array;
  #size = 0;

  /** `length` is that of the word: each of its places is offered once, and each merge, which takes a place away, offers two. */
  constructor(length: number) {
    this.#keys = new Float64Array(3 * length);
  }

  push(id: number, place: number): void {
    const keys = this.#keys;
    const key = id * PLACE_FACTOR + place;
    let index = this.#size++;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const parentKey = keys[parent] ?? 0;
      if (parentKey <= key) break;
      keys[index] = parentKey;
      index = parent;
    }
    keys[index] = key;
  }

  pop(): PossibleMerge | undefined {
    if (this.#size === 0) return undefined;
    const keys = this.#keys;
    const first = keys[0] ?? 0;
    this.#sink(keys[--this.#size] ?? 0);
    return { id: Math.floor(first / PLACE_FACTOR), place: first % PLACE_FACTOR };
  }

  /** Puts a key at the top, and it sinks to where it belongs. */
  #sink(key: number): void {
    const keys = this.#keys;
    const size = this.#size;
    let index = 0;
    for (let child = 1; child < size; child = 2 * index + 1) {
      const right = child + 1;
      if (right < size && (keys[right] ?? 0) < (keys[child] ?? 0)) child = right;
      const childKey = keys[child] ?? 0;
      if (childKey >= key) break;
      keys[index] = childKey;
      index = child;
    }
    keys[index] = key;
  }
}
