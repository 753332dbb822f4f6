/** gRPC over HTTP/2 to one Triton, with every limit stated. */
import { create } from "@bufbuild/protobuf";
import { Code, ConnectError, type Transport } from "@connectrpc/connect";
import { decodeMessage, encodeEnvelope } from "./envelope.ts";
import { Http2Connection } from "./http2/connection.ts";
import { encodeHeaders } from "./http2/header_block.ts";
import { joinBytes } from "./http2/join_bytes.ts";
import { UnaryCall } from "./unary_call.ts";

/** Where Triton is, and how much may go either way. */
export interface TritonTransportOptions {
  /** Such as `http://127.0.0.1:8001`. */
  readonly url: string;
  /** The longest request. 64 MiB hold three full batches of 32 FP32 tensors of 3×224×224. */
  readonly requestBytesMax?: number;
  /** The longest reply. 1 MiB holds 512 embeddings of 512 numbers; Triton itself stops at 2 GiB only. */
  readonly replyBytesMax?: number;
  /** Calls in a row that run out of time before the connection is taken for dead. */
  readonly timeoutsMax?: number;
}

const REQUEST_BYTES_MAX = 64 * 2 ** 20;
const REPLY_BYTES_MAX = 2 ** 20;
const TIMEOUTS_MAX = 8;
/** Floats do not compress, and the way to Triton is short: no compression is offered. */
const HEADERS = { "content-type": "application/grpc+proto", te: "trailers" };
/** Nobody reads what comes back. */
const NO_METADATA = new Headers();

/**
 * A Connect transport on one HTTP/2 connection, opened by the first call and again whenever it was lost. Four gave a
 * tenth more calls with 16 in flight, to a client that does nothing else; a gateway has other work to do before that.
 *
 * A connection to a machine that vanished looks like a slow one: after some timeouts in a row, further calls get a
 * new connection. The old one is closed when its last call has ended, which its deadline sees to.
 */
export class TritonTransport implements Transport, Disposable {
  readonly #options: TritonTransportOptions;
  readonly #address: URL;
  /** The one in use, and those before it whose calls have not ended. */
  readonly #connections = new Set<Http2Connection>();
  /** The fields that every call of a method has, packed. */
  readonly #heads = new Map<string, Uint8Array>();
  #connection: Http2Connection | undefined;
  #timeouts = 0;

  constructor(options: TritonTransportOptions) {
    this.#options = options;
    this.#address = new URL(options.url);
  }

  /** Makes one call. */
  readonly unary: Transport["unary"] = async (...parameters) => {
    const [method, signal, timeoutMs, metadata, input] = parameters;
    const { requestBytesMax = REQUEST_BYTES_MAX, replyBytesMax = REPLY_BYTES_MAX } = this.#options;
    const chunks = encodeEnvelope(method.input, create(method.input, input), requestBytesMax);
    const head = this.#head(`/${method.parent.typeName}/${method.name}`, metadata, timeoutMs);
    const call = new UnaryCall({ timeoutMs, signal, replyBytesMax });
    const connection = this.#usableConnection();
    try {
      call.send(connection, { head, chunks });
      const message = decodeMessage(method.output, await call.reply);
      this.#timeouts = 0;
      return {
        stream: false,
        service: method.parent,
        method,
        header: NO_METADATA,
        trailer: NO_METADATA,
        message,
      };
    } catch (error) {
      this.#onError(connection, error);
      throw error;
    }
  };

  /** No call of ours streams. */
  readonly stream: Transport["stream"] = () => {
    throw new ConnectError("streaming is not used", Code.Unimplemented);
  };

  /** Ends every connection; calls in flight fail. */
  [Symbol.dispose](): void {
    for (const connection of this.#connections) connection.close();
    this.#connections.clear();
  }

  #head(
    path: string,
    metadata: HeadersInit | undefined,
    timeoutMs: number | undefined,
  ): Uint8Array {
    let common = this.#heads.get(path);
    if (common === undefined) {
      const { host } = this.#address;
      common = encodeHeaders([
        [":method", "POST"],
        [":scheme", "http"],
        [":path", path],
        [":authority", host],
        ...Object.entries(HEADERS),
      ]);
      this.#heads.set(path, common);
    }
    const own = metadata === undefined
      ? []
      : [...new Headers(metadata)].filter(([name]) => !Object.hasOwn(HEADERS, name));
    if (timeoutMs !== undefined) own.push(["grpc-timeout", `${timeoutMs}m`]);
    return joinBytes([common, encodeHeaders(own)]);
  }

  #usableConnection(): Http2Connection {
    if (this.#connection?.isUsable) return this.#connection;
    const { hostname, port } = this.#address;
    const connection = new Http2Connection({
      // Brackets are for IPv6 addresses in URLs alone.
      host: hostname.replace(/^\[(.*)\]$/, "$1"),
      port: Number(port || 80),
      streamWindowBytes: 2 * (this.#options.replyBytesMax ?? REPLY_BYTES_MAX),
    });
    for (const before of this.#connections) {
      if (before.isClosed) this.#connections.delete(before);
    }
    this.#connections.add(connection);
    this.#connection = connection;
    return connection;
  }

  #onError(connection: Http2Connection, error: unknown): void {
    const isTimeout = ConnectError.from(error).code === Code.DeadlineExceeded;
    this.#timeouts = isTimeout ? this.#timeouts + 1 : 0;
    const timeoutsMax = this.#options.timeoutsMax ?? TIMEOUTS_MAX;
    if (connection !== this.#connection || this.#timeouts < timeoutsMax) return;
    this.#timeouts = 0;
    connection.leave();
  }
}
