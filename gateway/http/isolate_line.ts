/**
 * Which isolate is next, of those that wait for what they share: without a line, one that gives something back takes it
 * again before any other has looked, and the others starve.
 */
import { type AdmissionCounters, columnOf, type Quantity } from "./admission_counters.ts";

/** Milliseconds for which an isolate that asked in vain keeps its place: longer than most images keep it from asking. */
const PLACE_MS = 1000;

/** One isolate's view of one line. */
export class IsolateLine {
  readonly #counts: BigInt64Array<SharedArrayBuffer>;
  /** In each row: when its isolate began to wait, 0 if it does not, and when it asked last. */
  readonly #since: number;
  readonly #asked: number;
  readonly #row: number;
  readonly #rowLength: number;

  /** @param quantity What is waited for. */
  constructor(
    counters: AdmissionCounters,
    quantity: Quantity & ("memory" | "dear"),
    isolate: number,
  ) {
    this.#counts = new BigInt64Array(counters.buffer);
    this.#since = columnOf(`${quantity}Since`);
    this.#asked = columnOf(`${quantity}Asked`);
    this.#rowLength = counters.rowLength;
    this.#row = isolate * counters.rowLength;
  }

  /** Whether this isolate waits. */
  get isWaiting(): boolean {
    return this.#sinceOf(this.#row) < Infinity;
  }

  /** Whether no other isolate has waited longer, of two at once the one before. */
  get isFirst(): boolean {
    const own = this.#sinceOf(this.#row);
    for (let row = 0; row < this.#counts.length; row += this.#rowLength) {
      const other = this.#sinceOf(row);
      if (other < own || (other === own && other < Infinity && row < this.#row)) return false;
    }
    return true;
  }

  /** Asked in vain. */
  wait(): void {
    const now = BigInt(Date.now());
    if (!this.isWaiting) Atomics.store(this.#counts, this.#row + this.#since, now);
    Atomics.store(this.#counts, this.#row + this.#asked, now);
  }

  /** Got it. */
  leave(): void {
    Atomics.store(this.#counts, this.#row + this.#since, 0n);
  }

  /** When the isolate of a row began to wait, by the clock that all have; `Infinity` if it does not, or no more. */
  #sinceOf(row: number): number {
    const since = Number(Atomics.load(this.#counts, row + this.#since));
    const asked = Number(Atomics.load(this.#counts, row + this.#asked));
    return since === 0 || Date.now() - asked > PLACE_MS ? Infinity : since;
  }
}
