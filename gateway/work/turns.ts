/** Work that shares something, one piece after the other, in the order it came. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Begins work once all that came before it has settled; settles as it does. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => {});
    return turn;
  }
}
