/** An HTTP/1.1 client that costs next to nothing: what it takes of the cores, it takes from the server it loads. */

/** Replies longer than this are no embedding. */
const REPLY_BYTES_MAX = 64 * 1024;
const HEAD_END = new TextEncoder().encode("\r\n\r\n");
const decoder = new TextDecoder("latin1");

/** A reply; its body is valid until the next one. */
export interface LeanReply {
  readonly status: number;
  readonly body: Uint8Array;
}

/** One connection, one request at a time. */
export class LeanConnection implements Disposable {
  readonly #connection: Deno.TcpConn;
  readonly #buffer = new Uint8Array(REPLY_BYTES_MAX);

  private constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
    connection.setNoDelay();
  }

  /** Connects to the host and port of a URL. */
  static async connect(url: string): Promise<LeanConnection> {
    const { hostname, port } = new URL(url);
    return new LeanConnection(await Deno.connect({ hostname, port: Number(port) }));
  }

  /**
   * Sends a whole request and reads its reply, which must declare its length.
   *
   * @throws {Error} when the connection ends first, or the reply is no HTTP/1.1 of known length.
   */
  async exchange(request: Uint8Array): Promise<LeanReply> {
    let left = request;
    while (left.length > 0) left = left.subarray(await this.#connection.write(left));
    let length = 0;
    let end = Infinity;
    let head: ReplyHead | undefined;
    while (length < end) {
      const count = await this.#connection.read(this.#buffer.subarray(length));
      if (count === null || count === 0) throw new Error("Cannot read reply: it broke off");
      length += count;
      head ??= parseHead(this.#buffer.subarray(0, length));
      if (head !== undefined) end = head.bodyOffset + head.contentLength;
    }
    if (head === undefined) throw new Error("Cannot read reply: it has no head");
    return { status: head.status, body: this.#buffer.subarray(head.bodyOffset, end) };
  }

  [Symbol.dispose](): void {
    this.#connection.close();
  }
}

interface ReplyHead {
  readonly status: number;
  readonly contentLength: number;
  readonly bodyOffset: number;
}

function parseHead(bytes: Uint8Array): ReplyHead | undefined {
  const end = indexOf(bytes, HEAD_END);
  if (end < 0) return undefined;
  const text = decoder.decode(bytes.subarray(0, end));
  const status = /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1];
  const contentLength = /\r\ncontent-length: *(\d+)/i.exec(text)?.[1];
  if (status === undefined || contentLength === undefined) {
    throw new Error("Cannot read reply as it must be HTTP/1.1 with a content-length");
  }
  return {
    status: Number(status),
    contentLength: Number(contentLength),
    bodyOffset: end + HEAD_END.length,
  };
}

function indexOf(bytes: Uint8Array, pattern: Uint8Array): number {
  let at = bytes.indexOf(pattern[0] as number);
  while (at >= 0 && !pattern.every((byte, index) => bytes[at + index] === byte)) {
    at = bytes.indexOf(pattern[0] as number, at + 1);
  }
  return at;
}
