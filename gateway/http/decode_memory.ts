/** Memory for decoding, out of the one budget: few dear images at once, and nobody that waits is passed for ever. */
import { type AdmissionCounters, SharedCount } from "./admission_counters.ts";
import { DEAR_IMAGE_BYTES } from "../work/large_garbage.ts";
import { IsolateLine } from "./isolate_line.ts";

/** One of them takes its isolate's decoding thread and as much memory as all other threads. */
const ISOLATES_PER_DEAR_IMAGE = 8;

/** What a budget is made of. */
export interface DecodeMemoryOptions {
  readonly counters: AdmissionCounters;
  readonly isolate: number;
  /** Beside bodies, and what all isolates decode. */
  readonly memory: SharedCount;
  /** Bytes that may be held in sum while somebody waits for memory: the rest is for one image, and comes free. */
  readonly passingBytesMax: number;
}

/** One isolate's access to the budget. */
export class DecodeMemory {
  readonly #memory: SharedCount;
  readonly #dear: SharedCount;
  readonly #dearLine: IsolateLine;
  readonly #memoryLine: IsolateLine;
  readonly #passingBytesMax: number;
  /** Who asked for memory in vain, before others here did. */
  #asker: unknown;

  constructor({ counters, isolate, memory, passingBytesMax }: DecodeMemoryOptions) {
    const limit = Math.ceil(counters.isolates / ISOLATES_PER_DEAR_IMAGE);
    this.#memory = memory;
    this.#dear = new SharedCount(counters, { quantity: "dear", isolate, limit });
    this.#dearLine = new IsolateLine(counters, "dear", isolate);
    this.#memoryLine = new IsolateLine(counters, "memory", isolate);
    this.#passingBytesMax = passingBytesMax;
  }

  /**
   * Takes what decoding an image holds at its worst.
   *
   * @param asker Tells those who ask again from those who pass them.
   * @returns `undefined` while it does not fit.
   */
  take(bytes: number, asker?: unknown): Disposable | undefined {
    if (bytes <= DEAR_IMAGE_BYTES) return this.#takeBytes(bytes, asker);
    if (this.#dearLine.isFirst && this.#dear.take(1)) {
      const held = this.#takeBytes(bytes, asker);
      if (held !== undefined) {
        this.#dearLine.leave();
        return { [Symbol.dispose]: () => (this.#dear.give(1), held[Symbol.dispose]()) };
      }
      this.#dear.give(1);
    }
    this.#dearLine.wait();
    return undefined;
  }

  #takeBytes(bytes: number, asker: unknown): Disposable | undefined {
    const line = this.#memoryLine;
    const isOwnTurn = !line.isWaiting || this.#asker === asker;
    const isFirst = isOwnTurn && line.isFirst;
    const mayPass = isFirst || this.#memory.total + bytes <= this.#passingBytesMax;
    // Who is first takes what others have not used of their reserves.
    if (mayPass && this.#memory.take(bytes, isFirst && line.isWaiting)) {
      if (isOwnTurn) line.leave();
      return { [Symbol.dispose]: () => this.#memory.give(bytes) };
    }
    if (!line.isWaiting) this.#asker = asker;
    if (this.#asker === asker) line.wait();
    return undefined;
  }
}
