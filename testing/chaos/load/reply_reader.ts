/** Reads HTTP/1.1 replies of a declared length, as little of them as a load needs. */

/** A complete reply. */
export interface Reply {
  readonly status: number;
  /** Whether the server closes the connection behind it. */
  readonly isLast: boolean;
  /** Valid until the next bytes are read. */
  readonly body: Uint8Array<ArrayBuffer>;
}

const HEAD_BYTES_MAX = 16 * 1024;
const BODY_BYTES_MAX = 1024 * 1024;
const latin1 = new TextDecoder("latin1");

/** One connection's. */
export class ReplyReader {
  #pending = new Uint8Array(0);
  #head: { readonly status: number; readonly isLast: boolean; readonly end: number } | undefined;
  #bytesNeeded = 0;

  /** Whether a reply has begun and is not complete. */
  get isInside(): boolean {
    return this.#pending.length > 0;
  }

  /**
   * Takes bytes as they came; the reply once it is complete.
   *
   * @throws {TypeError} for what is no reply of a declared length, or has more behind it.
   */
  take(bytes: Uint8Array<ArrayBuffer>): Reply | undefined {
    // Mostly a reply comes whole, and nothing is copied.
    const all = this.#pending.length === 0 ? bytes : joined(this.#pending, bytes);
    this.#head ??= this.#readHead(all);
    if (this.#head === undefined || all.length < this.#bytesNeeded) {
      this.#pending = all === bytes ? bytes.slice() : all;
      return undefined;
    }
    const { status, isLast, end } = this.#head;
    if (all.length > this.#bytesNeeded) throw new TypeError("Cannot read what follows a reply");
    this.#pending = new Uint8Array(0);
    this.#head = undefined;
    return { status, isLast, body: all.subarray(end) };
  }

  #readHead(bytes: Uint8Array<ArrayBuffer>) {
    const text = latin1.decode(bytes.subarray(0, HEAD_BYTES_MAX));
    const end = text.indexOf("\r\n\r\n");
    if (end < 0) {
      if (bytes.length >= HEAD_BYTES_MAX) throw new TypeError("Cannot read a head that is so long");
      return undefined;
    }
    const head = text.slice(0, end + 2);
    const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1] ?? NaN);
    const length = Number(/\r\ncontent-length: *(\d+)\r\n/i.exec(head)?.[1] ?? NaN);
    if (!(status >= 200) || !(length <= BODY_BYTES_MAX)) {
      throw new TypeError("Cannot read a reply of another form");
    }
    this.#bytesNeeded = end + 4 + length;
    return { status, isLast: /\r\nconnection: *close\r\n/i.test(head), end: end + 4 };
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}
