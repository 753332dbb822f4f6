/** Finds where HTTP/2 messages begin and end in a stream of bytes, without looking inside (RFC 9113, section 4.1). */

const FRAME_HEADER_BYTES = 9;
const DATA = 0;
const HEADERS = 1;
const END_STREAM = 0x1;

/** What a client sends before its first frame. */
export const CLIENT_PREFACE: Uint8Array = new TextEncoder().encode(
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
);

/** What happened to streams within some bytes. */
export interface StreamEvents {
  /** Heads that began; a reply's trailers are one more. */
  readonly begun: readonly number[];
  /** Streams with heads or data among the bytes. */
  readonly carried: readonly number[];
  /** Streams that their sender ended: with the last byte of a frame, which may be an empty one that comes later. */
  readonly ended: readonly number[];
}

/** Reads one direction of a connection, chunk by chunk. */
export class FrameReader {
  readonly #header = new Uint8Array(FRAME_HEADER_BYTES);
  #headerBytes = 0;
  /** Bytes that are left of the preface, or of the payload of the current frame. */
  #skip: number;
  /** The stream whose frame's payload is being skipped. */
  #stream: number | undefined;
  #isEnding = false;

  /** @param prefaceBytes Bytes before the first frame. */
  constructor(prefaceBytes: number) {
    this.#skip = prefaceBytes;
  }

  /** Takes the next bytes. */
  read(bytes: Uint8Array): StreamEvents {
    const begun: number[] = [];
    const carried = new Set<number>();
    const ended: number[] = [];
    let position = 0;
    for (;;) {
      const skipped = Math.min(this.#skip, bytes.length - position);
      if (skipped > 0 && this.#stream !== undefined) carried.add(this.#stream);
      this.#skip -= skipped;
      position += skipped;
      if (this.#skip > 0) break;
      if (this.#isEnding && this.#stream !== undefined) ended.push(this.#stream);
      this.#stream = undefined;
      if (position === bytes.length) break;
      this.#header[this.#headerBytes++] = bytes[position++] as number;
      if (this.#headerBytes === FRAME_HEADER_BYTES) this.#begin(begun);
    }
    return { begun, carried: [...carried], ended };
  }

  #begin(begun: number[]): void {
    const view = new DataView(this.#header.buffer);
    const type = view.getUint8(3);
    const stream = view.getUint32(5) & 0x7fffffff;
    this.#headerBytes = 0;
    this.#skip = view.getUint32(0) >>> 8;
    this.#isEnding = (view.getUint8(4) & END_STREAM) !== 0;
    this.#stream = type === HEADERS || type === DATA ? stream : undefined;
    if (type === HEADERS) begun.push(stream);
  }
}
