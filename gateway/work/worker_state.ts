/**
 * What a worker is at, in a word that it shares with its pool: `terminate()` ends JavaScript and WebAssembly, but no
 * native call, which goes on computing and writing on a thread that nobody knows of any more.
 */

/** No job; a job that can be ended at any time; one within a call that cannot; and given up: nothing may begin any more. */
const STATE = { idle: 0, running: 1, held: 2, ended: 3 };
const [STATE_AT, BEGUN_AT, LENGTH] = [0, 1, 2];

/** Runs what must not be ended half-way. */
export type Uninterrupted = <Result>(work: () => Result) => Result;

/** Either side's view of the word. */
export class WorkerState {
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array<SharedArrayBuffer>;

  /** @param buffer The other side's; a new one unless given. */
  constructor(buffer = new SharedArrayBuffer(LENGTH * Int32Array.BYTES_PER_ELEMENT)) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer);
  }

  /** Worker: takes up a job, as a whole held or not. */
  begin(isHeld: boolean): void {
    this.#move(STATE.idle, isHeld ? STATE.held : STATE.running);
    Atomics.add(this.#words, BEGUN_AT, 1);
  }

  /** Worker: is done with its job; to be said before the answer is sent. */
  finish(): void {
    if (this.#state !== STATE.ended) Atomics.store(this.#words, STATE_AT, STATE.idle);
  }

  /**
   * Worker: runs a native call, or a write to what belongs to somebody else afterwards.
   *
   * @throws {Error} when the worker was given up, and the work was not begun.
   */
  readonly hold: Uninterrupted = (work) => {
    // A job that is held as a whole, or work outside of any job.
    if (this.#state === STATE.held || this.#state === STATE.idle) return work();
    this.#move(STATE.running, STATE.held);
    try {
      return work();
    } finally {
      Atomics.store(this.#words, STATE_AT, STATE.running);
    }
  };

  /** Pool: jobs that the worker has taken up. */
  get begun(): number {
    return Atomics.load(this.#words, BEGUN_AT);
  }

  /** Pool: whether a job is being done; not while its message, or its answer, is on its way. */
  get isBusy(): boolean {
    return this.#state === STATE.running || this.#state === STATE.held;
  }

  /** Pool: gives the worker up, unless it is where it cannot be ended. */
  tryEnd(): boolean {
    const found = Atomics.compareExchange(this.#words, STATE_AT, STATE.running, STATE.ended);
    if (found !== STATE.idle) return found !== STATE.held;
    return Atomics.compareExchange(this.#words, STATE_AT, STATE.idle, STATE.ended) === STATE.idle;
  }

  get #state(): number {
    return Atomics.load(this.#words, STATE_AT);
  }

  #move(from: number, to: number): void {
    if (Atomics.compareExchange(this.#words, STATE_AT, from, to) === from) return;
    throw new Error("Cannot go on as the pool gave this worker up");
  }
}
