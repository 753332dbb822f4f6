/** An HTTP/1.1 client that sends what it is told, byte by byte: half requests, broken framing, early ends. */

/** A reply as it came. */
export interface RawReply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const HEAD_END = "\r\n\r\n";

/** One connection. */
export class RawClient implements Disposable {
  readonly #connection: Deno.TcpConn;
  #received = new Uint8Array(0);
  #isOpen = true;

  private constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  /** Connects to the host and port of a URL. */
  static async connect(url: string): Promise<RawClient> {
    const { hostname, port } = new URL(url);
    return new RawClient(await Deno.connect({ hostname, port: Number(port) }));
  }

  /** Sends text or bytes as they are. */
  async send(...parts: readonly (string | Uint8Array)[]): Promise<void> {
    for (const part of parts) {
      let bytes = typeof part === "string" ? encoder.encode(part) : part;
      while (bytes.length > 0) bytes = bytes.subarray(await this.#connection.write(bytes));
    }
  }

  /**
   * Reads the next reply, which must declare its length; "100 Continue" counts as one.
   *
   * @throws {Error} when the connection ends before it is complete.
   */
  async reply(): Promise<RawReply> {
    let headEnd = -1;
    while ((headEnd = decoder.decode(this.#received).indexOf(HEAD_END)) < 0) await this.#receive();
    const [statusLine = "", ...lines] = decoder.decode(this.#take(headEnd + HEAD_END.length))
      .trimEnd().split("\r\n");
    const headers = new Headers(
      lines.map((line): [string, string] => {
        const colon = line.indexOf(":");
        return [line.slice(0, colon), line.slice(colon + 1).trim()];
      }),
    );
    const length = Number(headers.get("content-length") ?? 0);
    while (this.#received.length < length) await this.#receive();
    const status = Number(statusLine.split(" ")[1]);
    return { status, headers, body: decoder.decode(this.#take(length)) };
  }

  /** Waits until the server has closed the connection, and says whether it did so without another byte. */
  async ended(): Promise<boolean> {
    return this.#received.length === 0 &&
      await this.#connection.read(new Uint8Array(1)).then((count) => count === null, () => true);
  }

  /** Sends nothing more, but goes on reading. */
  async closeWrite(): Promise<void> {
    await this.#connection.closeWrite();
  }

  /** Leaves, whatever the server is at. */
  close(): void {
    if (this.#isOpen) this.#connection.close();
    this.#isOpen = false;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async #receive(): Promise<void> {
    const buffer = new Uint8Array(64 * 1024);
    const count = await this.#connection.read(buffer);
    if (count === null) throw new Error("Cannot read reply: the connection ended");
    const joined = new Uint8Array(this.#received.length + count);
    joined.set(this.#received);
    joined.set(buffer.subarray(0, count), this.#received.length);
    this.#received = joined;
  }

  #take(length: number): Uint8Array {
    const taken = this.#received.slice(0, length);
    this.#received = this.#received.slice(length);
    return taken;
  }
}

/** The head of a `POST /embed` with a raw image body; `content-length` or `transfer-encoding` comes from the caller. */
export function embedHead(...headers: readonly string[]): string {
  const lines = ["POST /embed HTTP/1.1", "host: gateway", "content-type: image/jpeg", ...headers];
  return lines.join("\r\n") + HEAD_END;
}

/** Whether a new connection gets a reply; while a socket closes, it may be refused or reset. */
export async function isServed(url: string): Promise<boolean> {
  try {
    using client = await RawClient.connect(url);
    await client.send("GET /livez HTTP/1.1\r\nhost: gateway\r\n\r\n");
    await client.reply();
    return true;
  } catch {
    return false;
  }
}
