/** Frames on their way out; those of one turn of the event loop go out together. */
import { encodeHead, type FrameKind } from "./frame.ts";
import { type ByteSink, GatheredWrites } from "./gathered_writes.ts";

const PREFACE = new TextEncoder().encode("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

/** Writes of one connection. */
export class FrameWriter {
  readonly #writes: GatheredWrites;

  constructor(sink: ByteSink) {
    this.#writes = new GatheredWrites(sink);
  }

  /** Sends what a client's connection begins with (RFC 9113, section 3.4). */
  sendPreface(): void {
    this.#writes.push(PREFACE);
  }

  /** Sends a frame; the pieces of its payload must not change before this turn has ended. */
  send(kind: FrameKind, ...pieces: readonly Uint8Array[]): void {
    const byteLength = pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
    this.#writes.push(encodeHead(kind, byteLength));
    for (const piece of pieces) this.#writes.push(piece);
  }

  /** Sends at once what waits. */
  flush(): void {
    this.#writes.flush();
  }
}
