/** Notices that nothing moves any more. */

/** Aborts its signal when `touch()` was not called for too long; disposing of it aborts too, and frees what hangs on it. */
export class StallWatch implements Disposable {
  readonly #controller = new AbortController();
  readonly #msMax: number;
  #timer: ReturnType<typeof setTimeout>;

  constructor(msMax: number) {
    this.#msMax = msMax;
    this.#timer = this.#start();
  }

  /** Its reason says how long nothing came. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Starts the time anew. */
  touch(): void {
    clearTimeout(this.#timer);
    this.#timer = this.#start();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#controller.abort();
  }

  #start(): ReturnType<typeof setTimeout> {
    const reason = new Error(`nothing came for ${this.#msMax} ms`);
    return setTimeout(() => this.#controller.abort(reason), this.#msMax);
  }
}
