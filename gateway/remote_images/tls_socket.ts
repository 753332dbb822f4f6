/** A connection to one address, whose certificate is another's to check: the name that was asked for. */
import { Duplex } from "node:stream";
import { connect, type SecureContext, type TLSSocket } from "node:tls";

/** Whom to connect to. */
export interface Peer {
  /** The address itself, so that nobody asks a name server again. */
  readonly address: string;
  readonly port: number;
  /** What its certificate must be for; also sent as SNI. */
  readonly host: string;
  /** Whom to believe. */
  readonly roots: SecureContext;
}

const READ_BYTES = 64 * 1024;

/**
 * Connects, and proves who is there. Deno's own TLS keeps a socket that is closed before the other side greets, and Node's
 * loses the end of what is read slowly, unless the connection below it is a plain stream.
 *
 * @param signal Ends the connection whenever it aborts, until it is destroyed.
 * @throws {Error} when there is no connection or no proof.
 */
export async function connectTls(peer: Peer, signal: AbortSignal): Promise<TLSSocket> {
  const tcp = await Deno.connect({ hostname: peer.address, port: peer.port, signal });
  // A request is one packet; without this, its second half waits for the first one's receipt.
  tcp.setNoDelay(true);
  const below = new TcpStream(tcp);
  const socket = connect({
    socket: below,
    servername: peer.host,
    secureContext: peer.roots,
    rejectUnauthorized: true,
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  promise.catch(() => {});
  const end = () => {
    socket.destroy();
    below.destroy();
  };
  signal.addEventListener("abort", end);
  // What breaks it later reaches whoever reads.
  socket.on("error", reject);
  below.on("error", reject);
  socket.once("secureConnect", resolve);
  socket.once("close", () => {
    signal.removeEventListener("abort", end);
    below.destroy();
    reject(new Error("connection closed"));
  });
  try {
    if (signal.aborted) throw signal.reason;
    await promise;
    return socket;
  } catch (error) {
    end();
    throw error;
  }
}

/** Deno's connection as Node's TLS takes it. */
class TcpStream extends Duplex {
  readonly #conn: Deno.TcpConn;
  readonly #buffer = new Uint8Array(READ_BYTES);

  constructor(conn: Deno.TcpConn) {
    super();
    this.#conn = conn;
  }

  override async _read(): Promise<void> {
    try {
      const count = await this.#conn.read(this.#buffer);
      // A copy, so that a byte alone does not hold as much as a full read.
      this.push(count === null ? null : this.#buffer.slice(0, count));
    } catch (error) {
      this.destroy(error as Error);
    }
  }

  override async _write(
    chunk: Uint8Array,
    _encoding: string,
    done: (error?: Error | null) => void,
  ): Promise<void> {
    try {
      for (let sent = 0; sent < chunk.length;) {
        sent += await this.#conn.write(chunk.subarray(sent));
      }
      done();
    } catch (error) {
      done(error as Error);
    }
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#conn.close();
    done(error);
  }
}
