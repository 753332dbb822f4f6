/** Long work of several requests on the thread that serves: one of them has a turn, then others have as long. */

/** Requests that wait for a turn, the first come first. One for each thread. */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  #isPaused = false;

  /**
   * Resolves at the caller's turn; what it does until it waits again is one. Behind it comes a pause of its length, since a
   * request takes several rounds of the event loop, and would wait for a turn in each; and with a timer of their own all
   * who wait would have theirs in one round.
   */
  next(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    if (!this.#isPaused) this.#pause(0);
    return promise;
  }

  #pause(milliseconds: number): void {
    this.#isPaused = true;
    setTimeout(() => this.#give(), milliseconds);
  }

  #give(): void {
    const turn = this.#waiting.shift();
    this.#isPaused = turn !== undefined;
    if (turn === undefined) return;
    const started = performance.now();
    turn();
    // In the next round, when the turn is over.
    setTimeout(() => this.#pause(performance.now() - started));
  }
}
