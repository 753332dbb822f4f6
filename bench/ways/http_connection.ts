/** An HTTP/1.1 client that costs next to nothing: what it takes of the cores, it takes from the server it loads. */

/** Room for a reply at first; a longer one gets more. */
const BUFFER_BYTES = 64 * 1024;
const HEAD_END = "\r\n\r\n";
const decoder = new TextDecoder("latin1");

/** A reply; its body is valid until the next one. */
export interface HttpReply {
  readonly status: number;
  /** The status line and the headers. */
  readonly head: string;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** One connection, one request at a time. */
export class HttpConnection implements Disposable {
  readonly #connection: Deno.TcpConn;
  #buffer = new Uint8Array(BUFFER_BYTES);

  private constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
    connection.setNoDelay();
  }

  /** Connects to the host and port of a URL. */
  static async connect(url: string): Promise<HttpConnection> {
    const { hostname, port } = new URL(url);
    return new HttpConnection(await Deno.connect({ hostname, port: Number(port) }));
  }

  /**
   * Sends a whole request and reads its reply, which must declare its length.
   *
   * @throws {Error} when the connection ends first, or the reply is no HTTP/1.1 of known length.
   */
  async exchange(request: Uint8Array): Promise<HttpReply> {
    let left = request;
    while (left.length > 0) left = left.subarray(await this.#connection.write(left));
    let length = 0;
    let head: ReplyHead | undefined;
    while (head === undefined || length < head.end) {
      if (length === this.#buffer.length) this.#grow(head?.end ?? 0);
      const count = await this.#connection.read(this.#buffer.subarray(length));
      if (count === null || count === 0) throw new Error("Cannot read reply: it broke off");
      length += count;
      head ??= parseHead(this.#buffer.subarray(0, length));
    }
    const { text, status, start, end } = head;
    return { status, head: text, body: this.#buffer.subarray(start, end) };
  }

  #grow(byteLength: number): void {
    const larger = new Uint8Array(Math.max(byteLength, 2 * this.#buffer.length));
    larger.set(this.#buffer);
    this.#buffer = larger;
  }

  [Symbol.dispose](): void {
    this.#connection.close();
  }
}

/** Value of a header in a reply's head; empty where there is none. */
export function headerOf({ head }: HttpReply, name: string): string {
  return new RegExp(`\\r\\n${name}: *([^\\r]*)`, "i").exec(head)?.[1] ?? "";
}

interface ReplyHead {
  readonly text: string;
  readonly status: number;
  /** Where its body begins and ends. */
  readonly start: number;
  readonly end: number;
}

/** Nothing before the head is whole. */
function parseHead(bytes: Uint8Array): ReplyHead | undefined {
  const [text = "", rest] = decoder.decode(bytes).split(HEAD_END, 2);
  if (rest === undefined) return undefined;
  const status = /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1];
  const contentLength = /\r\ncontent-length: *(\d+)/i.exec(text)?.[1];
  if (status === undefined || contentLength === undefined) {
    throw new Error("Cannot read reply as it must be HTTP/1.1 with a content-length");
  }
  const start = text.length + HEAD_END.length;
  return { text, status: Number(status), start, end: start + Number(contentLength) };
}

/** A connection that nobody uses, and since when. */
interface Idle {
  readonly connection: HttpConnection;
  readonly sinceMs: number;
}

/** Servers close connections that were idle for some seconds; one that may be closed is not used again. */
const IDLE_MS_MAX = 2000;

/** As many connections as requests in flight, kept open between them. */
export class HttpConnections implements Disposable {
  readonly #url: string;
  readonly #idle: Idle[] = [];

  constructor(url: string) {
    this.#url = url;
  }

  /** Sends a whole request; the reply is valid while `read` looks at it. */
  async exchange<T>(request: Uint8Array, read: (reply: HttpReply) => T): Promise<T> {
    const connection = this.#takeIdle() ?? await HttpConnection.connect(this.#url);
    try {
      const reply = await connection.exchange(request);
      const result = read(reply);
      if (headerOf(reply, "connection").toLowerCase() === "close") connection[Symbol.dispose]();
      else this.#idle.push({ connection, sinceMs: performance.now() });
      return result;
    } catch (error) {
      connection[Symbol.dispose]();
      throw error;
    }
  }

  [Symbol.dispose](): void {
    for (const { connection } of this.#idle.splice(0)) connection[Symbol.dispose]();
  }

  #takeIdle(): HttpConnection | undefined {
    const last = this.#idle.pop();
    if (last === undefined || performance.now() - last.sinceMs < IDLE_MS_MAX) {
      return last?.connection;
    }
    last.connection[Symbol.dispose]();
    this[Symbol.dispose]();
    return undefined;
  }
}
