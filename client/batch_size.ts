/**
 * How many bytes go together: what is answered in a quarter of a second. On a fast line that is a request of many photos;
 * on a slow one a photo or two, as a gateway gives up a body that takes long.
 */

const PART_MS = 250;
/** What the first replies say is heard at once; behind them a second is waited for, in which photos differ less. */
const FIRST_WINDOW_MS = 100;
const WINDOW_MS = 1000;
const CEILING_GROWTH = 1.05;

/** Learns from the replies of one client. */
export class BatchSize {
  readonly #bytesMax: number;
  /** Of what did not get through as a whole, half; a little more every second. */
  #ceiling: number;
  #current: number;
  #sinceMs: number | undefined;
  #windowMs = FIRST_WINDOW_MS;
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
    this.#ceiling = bytesMax;
    // Not fewer at first: what is learnt of round trips meanwhile would be that of shorter requests.
    this.#current = bytesMax;
  }

  /** Bytes with which a request is long enough. */
  get current(): number {
    return this.#current;
  }

  /** Takes note that so many bytes were answered after so long a time. */
  replied(bytes: number, ms: number, nowMs: number = performance.now()): void {
    this.#sinceMs ??= nowMs - ms;
    this.#bytes += bytes;
    const windowMs = nowMs - this.#sinceMs;
    if (windowMs < this.#windowMs) return;
    this.#ceiling = Math.min(this.#bytesMax, this.#ceiling * CEILING_GROWTH);
    this.#current = Math.max(1, Math.min(this.#ceiling, this.#bytes / windowMs * PART_MS));
    [this.#bytes, this.#sinceMs, this.#windowMs] = [0, nowMs, WINDOW_MS];
  }

  /** Takes note that a request of so many bytes was taken apart. */
  split(bytes: number): void {
    this.#ceiling = Math.max(1, Math.min(this.#ceiling, bytes / 2));
    this.#current = Math.min(this.#current, this.#ceiling);
  }
}
