/** Puts what comes in any order back into the order of its numbers. */
export class InOrder<Item> {
  readonly #waiting = new Map<number, Item>();
  #next = 0;

  /** Takes the item of a number, from 0; gives those whose turn it is now. */
  put(number: number, item: Item): Item[] {
    this.#waiting.set(number, item);
    const ready: Item[] = [];
    for (;;) {
      const next = this.#waiting.get(this.#next);
      if (next === undefined) return ready;
      this.#waiting.delete(this.#next++);
      ready.push(next);
    }
  }

  /** How many wait for one before them. */
  get waiting(): number {
    return this.#waiting.size;
  }
}
