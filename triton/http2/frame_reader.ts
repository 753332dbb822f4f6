/** Frames out of the bytes of a connection, wherever reads cut them. */
import { ErrorCode, Http2Error } from "./error_code.ts";
import { type Frame, FRAME_BYTES_MAX, FRAME_HEAD_BYTES, readUint32 } from "./frame.ts";

/** Room for several replies a read, and for the longest frame. */
const BUFFER_BYTES = 64 * 1024;

/** Keeps the bytes of a frame until it is whole. */
export class FrameReader {
  readonly #buffer = new Uint8Array(BUFFER_BYTES);
  #start = 0;
  #end = 0;

  /**
   * Takes bytes as they came, and hands on each frame that is whole by them.
   *
   * @throws {Http2Error} when a frame is longer than we allow.
   */
  read(bytes: Uint8Array, onFrame: (frame: Frame) => void): void {
    for (let rest = bytes; rest.byteLength > 0;) {
      this.#buffer.copyWithin(0, this.#start, this.#end);
      this.#end -= this.#start;
      this.#start = 0;
      // Never empty: the longest frame is a quarter of the buffer.
      const part = rest.subarray(0, BUFFER_BYTES - this.#end);
      this.#buffer.set(part, this.#end);
      this.#end += part.byteLength;
      rest = rest.subarray(part.byteLength);
      for (let frame; (frame = this.#next()) !== undefined;) onFrame(frame);
    }
  }

  #next(): Frame | undefined {
    const buffer = this.#buffer;
    const start = this.#start;
    if (this.#end - start < FRAME_HEAD_BYTES) return undefined;
    const head = readUint32(buffer, start);
    const byteLength = head >>> 8;
    if (byteLength > FRAME_BYTES_MAX) {
      throw new Http2Error(ErrorCode.FRAME_SIZE_ERROR, `a frame of ${byteLength} bytes`);
    }
    const payloadStart = start + FRAME_HEAD_BYTES;
    if (this.#end - payloadStart < byteLength) return undefined;
    this.#start = payloadStart + byteLength;
    return {
      type: head & 0xff,
      flags: buffer[start + 4] as number,
      // The highest bit means nothing.
      streamId: readUint32(buffer, start + 5) & 0x7fff_ffff,
      payload: buffer.subarray(payloadStart, this.#start),
    };
  }
}
