/** When requests and replies cross the link: four stamps an exchange, taken at both ends of both directions. */

/** Which way bytes go: up to the server, down to the client. */
export type Direction = "up" | "down";

/** Stamps of one exchange, milliseconds since the epoch. */
export interface Exchange {
  /** First byte of the request read from the client. */
  upFirstMs: number;
  /** Last byte of the request written to the server. */
  upLastMs: number;
  /** First byte of the reply read from the server. */
  downFirstMs: number;
  /** Last byte of the reply written to the client. */
  downLastMs: number;
}

/** What is to be stamped once some bytes are written. */
export type Mark = (writtenMs: number) => void;

const HTTP2_PREFACE = new TextEncoder().encode("PRI ");
/** Shorter pieces on HTTP/2 are its own affairs: windows, settings, pings and their acknowledgements. */
const HTTP2_MESSAGE_BYTES_MIN = 128;

/**
 * Follows one connection that carries one request at a time: a new exchange begins when the client speaks after the
 * server did. Requests that share an HTTP/2 connection cannot be told apart.
 */
export class ExchangeTracker {
  readonly #bytesMin: number;
  #finished: Exchange[] = [];
  #current: Exchange | undefined;

  /** @param firstBytes What the client says first, by which HTTP/2 is known. */
  constructor(firstBytes: Uint8Array) {
    const isHttp2 = HTTP2_PREFACE.every((byte, index) => firstBytes[index] === byte);
    this.#bytesMin = isHttp2 ? HTTP2_MESSAGE_BYTES_MIN : 0;
  }

  /** Bytes were read; the mark is to be called when they have been written. */
  read(direction: Direction, bytes: Uint8Array, nowMs: number): Mark {
    if (bytes.length < this.#bytesMin) return () => {};
    if (direction === "up") {
      if (this.#current === undefined || !Number.isNaN(this.#current.downFirstMs)) {
        this.#finish();
        this.#current = { upFirstMs: nowMs, upLastMs: NaN, downFirstMs: NaN, downLastMs: NaN };
      }
      const exchange = this.#current;
      return (writtenMs) => exchange.upLastMs = writtenMs;
    }
    const exchange = this.#current;
    if (exchange === undefined) return () => {};
    if (Number.isNaN(exchange.downFirstMs)) exchange.downFirstMs = nowMs;
    return (writtenMs) => exchange.downLastMs = writtenMs;
  }

  /** Exchanges that are over, taken out. */
  takeFinished(): Exchange[] {
    // What is not answered yet stays the current one.
    if (this.#current !== undefined && !Number.isNaN(this.#current.downLastMs)) {
      this.#finish();
      this.#current = undefined;
    }
    return this.#finished.splice(0);
  }

  #finish(): void {
    if (this.#current !== undefined) this.#finished.push(this.#current);
  }
}
