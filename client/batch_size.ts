/**
 * How many bytes go together: what is answered in a quarter of a second. On a fast line that is a request of many photos;
 * on a slow one a photo or two, as a gateway gives up a body that takes long.
 */

const PART_MS = 250;
/** Until it is known what the line carries. */
const START_BYTES = 32 * 1024;
const WINDOW_MS = 1000;

/** Learns from the replies of one client. */
export class BatchSize {
  readonly #bytesMax: number;
  #current: number;
  #sinceMs: number;
  #bytes = 0;

  constructor(bytesMax: number, nowMs: number = performance.now()) {
    this.#bytesMax = bytesMax;
    this.#current = Math.min(bytesMax, START_BYTES);
    this.#sinceMs = nowMs;
  }

  /** Bytes with which a request is long enough. */
  get current(): number {
    return this.#current;
  }

  /** Takes note that so many bytes are answered. */
  replied(bytes: number, nowMs: number = performance.now()): void {
    this.#bytes += bytes;
    const ms = nowMs - this.#sinceMs;
    if (ms < WINDOW_MS) return;
    this.#current = Math.min(this.#bytesMax, this.#bytes / ms * PART_MS);
    [this.#bytes, this.#sinceMs] = [0, nowMs];
  }
}
