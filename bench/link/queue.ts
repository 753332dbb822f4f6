/** One direction of a shaped link as arithmetic: when do bytes that come now arrive at the far end? */

/** How a direction behaves. */
export interface QueueOptions {
  readonly bytesPerMs: number;
  /** One way. */
  readonly delayMs: number;
}

/**
 * First in, first out, for all connections together.
 *
 * Nothing here waits, so a caller that wakes up late loses no bandwidth: the next bytes are counted from when the
 * line became free, not from when somebody looked.
 */
export class LinkQueue {
  readonly #options: QueueOptions;
  #freeAtMs = 0;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  /** When the last of the bytes that are ready at a time arrives. */
  arrivalMs(bytes: number, readyMs: number): number {
    const { bytesPerMs, delayMs } = this.#options;
    this.#freeAtMs = Math.max(readyMs, this.#freeAtMs) + bytes / bytesPerMs;
    return this.#freeAtMs + delayMs;
  }

  /** How long bytes that came now would wait for those before them. */
  backlogMs(nowMs: number): number {
    return Math.max(0, this.#freeAtMs - nowMs);
  }
}
