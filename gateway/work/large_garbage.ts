/** Gives the memory of large images back to the system: the engine collects a thread's garbage late, or never while it idles. */

/**
 * Bytes of an image that takes more than 25 megapixels of RGB with a file of 8 MiB: few are decoded at once, and what one
 * leaves is collected before the next, which takes 5 to 10 ms.
 */
export const DEAR_IMAGE_BYTES = 80 * 1024 * 1024;
/** From here on it is collected once the thread has nothing to do: the next photo would take the same memory. */
const IDLE_BYTES = 16 * 1024 * 1024;
const IDLE_MS = 1_000;

/** There with `--v8-flags=--expose-gc`. */
const { gc } = globalThis as { readonly gc?: () => void };

/** Of one thread. */
export class LargeGarbage {
  readonly #collect: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param collect The engine's own unless given; without any, nothing is collected early. */
  constructor(collect: (() => void) | undefined = gc) {
    this.#collect = collect;
  }

  /** To be called when an image begins: the thread is not idle. */
  busy(): void {
    clearTimeout(this.#timer);
  }

  /** To be awaited when an image is done, before its memory is counted as free. */
  async leave(bytes: number): Promise<void> {
    const collect = this.#collect;
    if (collect === undefined || bytes < IDLE_BYTES) return;
    if (bytes <= DEAR_IMAGE_BYTES) {
      this.#timer = setTimeout(collect, IDLE_MS);
      return;
    }
    // What was looked at through a weak reference is kept until the next turn.
    await new Promise((resolve) => setTimeout(resolve));
    collect();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
