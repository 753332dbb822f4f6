/** Long work of several requests on the thread that serves: one of them has a turn, then others have as long. */

/** Requests that wait for a turn, the first come first. One for each thread. */
export class TextTurns {
  readonly #waiting: (() => void)[] = [];
  /** Somebody has a turn, or had one just now. */
  #isBusy = false;

  /**
   * Resolves at the caller's turn, which ends when it is disposed. Behind it comes a pause of its length, since a request
   * takes several rounds of the event loop, and would wait for a turn in each; and with a timer of their own all who wait
   * would have theirs in one round.
   */
  async next(): Promise<Disposable> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    if (!this.#isBusy) this.#pause(0);
    await promise;
    return this.#begin();
  }

  /** As `next()`, but at once where nobody has a turn, or had one just now. */
  async first(): Promise<Disposable> {
    return this.#isBusy ? await this.next() : this.#begin();
  }

  #begin(): Disposable {
    this.#isBusy = true;
    const started = performance.now();
    return { [Symbol.dispose]: () => this.#pause(performance.now() - started) };
  }

  #pause(milliseconds: number): void {
    this.#isBusy = true;
    setTimeout(() => {
      const turn = this.#waiting.shift();
      if (turn === undefined) this.#isBusy = false;
      else turn();
    }, milliseconds);
  }
}
