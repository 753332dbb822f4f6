/** When requests and replies cross the link: four stamps an exchange, taken at both ends of both directions. */
import { CLIENT_PREFACE, FrameReader } from "./http2_frames.ts";

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

/** Follows one connection. */
export interface ConnectionTracker {
  /** Bytes were read; the mark is to be called when they have been written. */
  read(direction: Direction, bytes: Uint8Array, nowMs: number): Mark;
  /** Exchanges that are over, taken out. */
  takeFinished(): Exchange[];
}

const blank = (upFirstMs: number): Exchange => ({
  upFirstMs,
  upLastMs: NaN,
  downFirstMs: NaN,
  downLastMs: NaN,
});

/** Chooses by the client's first bytes. */
export function trackerFor(firstBytes: Uint8Array): ConnectionTracker {
  const preface = CLIENT_PREFACE.subarray(0, Math.min(firstBytes.length, 4));
  const isHttp2 = preface.every((byte, index) => firstBytes[index] === byte);
  return isHttp2 ? new Http2Tracker() : new Http1Tracker();
}

/** HTTP/1.1 without pipelining: a new exchange begins when the client speaks after the server did. */
export class Http1Tracker implements ConnectionTracker {
  #finished: Exchange[] = [];
  #current: Exchange | undefined;

  read(direction: Direction, _bytes: Uint8Array, nowMs: number): Mark {
    if (direction === "up") {
      if (this.#current === undefined || !Number.isNaN(this.#current.downFirstMs)) {
        this.#finish();
        this.#current = blank(nowMs);
      }
      const exchange = this.#current;
      return (writtenMs) => exchange.upLastMs = writtenMs;
    }
    const exchange = this.#current;
    if (exchange === undefined) return () => {};
    if (Number.isNaN(exchange.downFirstMs)) exchange.downFirstMs = nowMs;
    return (writtenMs) => exchange.downLastMs = writtenMs;
  }

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

/** HTTP/2: an exchange is a stream. */
export class Http2Tracker implements ConnectionTracker {
  readonly #readers = { up: new FrameReader(CLIENT_PREFACE.length), down: new FrameReader(0) };
  readonly #open = new Map<number, Exchange>();
  readonly #finished: Exchange[] = [];

  read(direction: Direction, bytes: Uint8Array, nowMs: number): Mark {
    const { begun, carried, ended } = this.#readers[direction].read(bytes);
    for (const stream of begun) {
      if (direction === "up") this.#open.set(stream, blank(nowMs));
      else this.#stampFirstReply(stream, nowMs);
    }
    if (direction === "down") return (writtenMs) => ended.forEach((s) => this.#end(s, writtenMs));
    // Not by the end of the stream: a client may send that later, by itself, when the server has long answered.
    return (writtenMs) => carried.forEach((stream) => this.#stampRequest(stream, writtenMs));
  }

  takeFinished(): Exchange[] {
    return this.#finished.splice(0);
  }

  /** Trailers are a second HEADERS frame of the same reply. */
  #stampFirstReply(stream: number, nowMs: number): void {
    const exchange = this.#open.get(stream);
    if (exchange && Number.isNaN(exchange.downFirstMs)) exchange.downFirstMs = nowMs;
  }

  #stampRequest(stream: number, writtenMs: number): void {
    const exchange = this.#open.get(stream);
    if (exchange && Number.isNaN(exchange.downFirstMs)) exchange.upLastMs = writtenMs;
  }

  #end(stream: number, writtenMs: number): void {
    const exchange = this.#open.get(stream);
    if (exchange === undefined) return;
    exchange.downLastMs = writtenMs;
    this.#open.delete(stream);
    this.#finished.push(exchange);
  }
}
