/**
 * Which connections are asked to come again, so that the kernel deals them out anew.
 *
 * Isolates share a port, and the kernel spreads connections among them, by chance and once for all: of two kept
 * connections, both may be one isolate's while another idles. A reply that closes its connection moves it, in the end.
 */

/** Requests in flight of an isolate and of the one that has fewest. */
export interface Load {
  readonly own: number;
  readonly leastOther: number;
}

/** Of two connections on one isolate, the second request is seen to wait behind two replies in five only. */
const WEIGHT = 3;
/** Weight at which an isolate lets one connection go: 32 crowded replies in a row. */
const WEIGHT_MAX = 32 * WEIGHT;

/** Decides for one isolate. */
export class ConnectionBalance {
  #weight = 0;

  /** Whether the reply that is about to go out should close its connection; to be asked once a reply. */
  shouldClose({ own, leastOther }: Load): boolean {
    // Twice as many, and one that could run elsewhere at once: less than that is chance, which moving would not mend.
    const isCrowded = own >= 2 + 2 * leastOther;
    this.#weight = Math.max(0, this.#weight + (isCrowded ? WEIGHT : -1));
    if (this.#weight < WEIGHT_MAX) return false;
    this.#weight = 0;
    return true;
  }
}
