/** Data of requests, as much of it as the peer's windows allow (RFC 9113, section 5.2). */
import { ErrorCode, Http2Error } from "./error_code.ts";
import { Flag, FrameType, MAX_31_BITS } from "./frame.ts";
import type { FrameWriter } from "./frame_writer.ts";
import { DEFAULT_SETTINGS, DEFAULT_WINDOW_BYTES, type PeerSettings } from "./settings.ts";

/** Our longest frame, whatever longer ones a peer would take: others wait behind it. */
const FRAME_BYTES_MAX = 64 * 1024;

/** What one stream has left to send. */
interface Remainder {
  /** The chunk that is next, from its first byte not yet sent. */
  readonly chunks: Uint8Array[];
  windowBytes: number;
}

/** All data that a connection's streams have left to send. */
export class OutgoingData {
  readonly #frames: Pick<FrameWriter, "send">;
  /** By stream, the oldest first. */
  readonly #remainders = new Map<number, Remainder>();
  #settings = DEFAULT_SETTINGS;
  #windowBytes = DEFAULT_WINDOW_BYTES;

  constructor(frames: Pick<FrameWriter, "send">) {
    this.#frames = frames;
  }

  /** Sends a stream's chunks, of one byte at least each, now or as its window opens; the last ends our side of it. */
  add(streamId: number, chunks: readonly Uint8Array[]): void {
    const windowBytes = this.#settings.initialWindowBytes;
    this.#remainders.set(streamId, { chunks: [...chunks], windowBytes });
    this.#send();
  }

  /** Whether a stream has data left. */
  has(streamId: number): boolean {
    return this.#remainders.has(streamId);
  }

  /** Forgets what a stream has left. */
  delete(streamId: number): void {
    this.#remainders.delete(streamId);
  }

  /**
   * Applies settings of the peer, to streams that are open, too.
   *
   * @throws {Http2Error} when a window becomes larger than can be.
   */
  apply(settings: PeerSettings): void {
    const more = settings.initialWindowBytes - this.#settings.initialWindowBytes;
    this.#settings = settings;
    for (const remainder of this.#remainders.values()) {
      remainder.windowBytes = widened(remainder.windowBytes, more);
    }
    this.#send();
  }

  /**
   * Takes a grant of the peer; 0 is the connection.
   *
   * @throws {Http2Error} when a window becomes larger than can be.
   */
  grant(streamId: number, byteLength: number): void {
    if (streamId === 0) this.#windowBytes = widened(this.#windowBytes, byteLength);
    else {
      const remainder = this.#remainders.get(streamId);
      // Of a stream that has sent all it had.
      if (remainder === undefined) return;
      remainder.windowBytes = widened(remainder.windowBytes, byteLength);
    }
    this.#send();
  }

  #send(): void {
    for (const [streamId, remainder] of this.#remainders) {
      if (this.#windowBytes <= 0) return;
      while (this.#sendFrame(streamId, remainder));
      if (remainder.chunks.length === 0) this.#remainders.delete(streamId);
    }
  }

  /** Sends one frame of a stream, unless it has nothing left or may not. */
  #sendFrame(streamId: number, remainder: Remainder): boolean {
    const { chunks } = remainder;
    const [chunk] = chunks;
    if (chunk === undefined) return false;
    const byteLength = Math.min(
      chunk.byteLength,
      this.#windowBytes,
      remainder.windowBytes,
      this.#settings.frameBytesMax,
      FRAME_BYTES_MAX,
    );
    if (byteLength <= 0) return false;
    if (byteLength === chunk.byteLength) chunks.shift();
    else chunks[0] = chunk.subarray(byteLength);
    const flags = chunks.length === 0 ? Flag.END_STREAM : 0;
    this.#frames.send({ type: FrameType.DATA, flags, streamId }, chunk.subarray(0, byteLength));
    remainder.windowBytes -= byteLength;
    this.#windowBytes -= byteLength;
    return true;
  }
}

function widened(windowBytes: number, more: number): number {
  const sum = windowBytes + more;
  if (sum <= MAX_31_BITS) return sum;
  throw new Http2Error(ErrorCode.FLOW_CONTROL_ERROR, `a window of ${sum} bytes`);
}
