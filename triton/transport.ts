/** gRPC over HTTP/2 to one Triton, with every limit stated. */
import { create } from "@bufbuild/protobuf";
import { Code, ConnectError, type Transport } from "@connectrpc/connect";
import { Http2SessionManager } from "@connectrpc/connect-node";
import { decodeMessage, encodeEnvelope } from "./envelope.ts";
import { GatheredWrites } from "./gathered_writes.ts";
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

/** A connection that is opened by its first call, and again whenever it was lost. */
interface Line {
  readonly sessions: Http2SessionManager;
  readonly writes: GatheredWrites;
  calls: number;
}

/**
 * A Connect transport on one HTTP/2 connection, opened by the first call and again whenever it was lost. Four gave a
 * tenth more calls with 16 in flight, to a client that does nothing else; a gateway has other work to do before that.
 *
 * A connection to a machine that vanished looks like a slow one: after some timeouts in a row, further calls get a
 * new connection. The old one is closed when its last call has ended, which its deadline sees to.
 */
export class TritonTransport implements Transport, Disposable {
  readonly #options: TritonTransportOptions;
  readonly #retired = new Set<Line>();
  #line: Line;
  #timeouts = 0;

  constructor(options: TritonTransportOptions) {
    this.#options = options;
    this.#line = openLine(options);
  }

  /** Makes one call. */
  readonly unary: Transport["unary"] = async (...parameters) => {
    const [method, signal, timeoutMs, metadata, input] = parameters;
    const { requestBytesMax = REQUEST_BYTES_MAX, replyBytesMax = REPLY_BYTES_MAX } = this.#options;
    const chunks = encodeEnvelope(method.input, create(method.input, input), requestBytesMax);
    const call = new UnaryCall({ timeoutMs, signal, replyBytesMax });
    const line = this.#line;
    line.calls++;
    try {
      const own = metadata === undefined
        ? HEADERS
        : { ...Object.fromEntries(new Headers(metadata)), ...HEADERS };
      const headers = timeoutMs === undefined ? own : { ...own, "grpc-timeout": `${timeoutMs}m` };
      line.writes.gather();
      line.sessions.request("POST", `/${method.parent.typeName}/${method.name}`, headers, {})
        .then((stream) => call.send(stream, chunks), (error) => call.fail(error));
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
      this.#onError(line, error);
      throw error;
    } finally {
      line.calls--;
      this.#closeRetired();
    }
  };

  /** No call of ours streams. */
  readonly stream: Transport["stream"] = () => {
    throw new ConnectError("streaming is not used", Code.Unimplemented);
  };

  /** Ends every connection; calls in flight fail. */
  [Symbol.dispose](): void {
    for (const line of [this.#line, ...this.#retired]) line.sessions.abort();
    this.#retired.clear();
  }

  #onError(line: Line, error: unknown): void {
    const isTimeout = ConnectError.from(error).code === Code.DeadlineExceeded;
    this.#timeouts = isTimeout ? this.#timeouts + 1 : 0;
    if (line !== this.#line || this.#timeouts < (this.#options.timeoutsMax ?? TIMEOUTS_MAX)) return;
    this.#timeouts = 0;
    this.#retired.add(line);
    this.#line = openLine(this.#options);
  }

  #closeRetired(): void {
    for (const line of this.#retired) {
      if (line.calls > 0) continue;
      line.sessions.abort();
      this.#retired.delete(line);
    }
  }
}

function openLine({ url }: TritonTransportOptions): Line {
  const writes = new GatheredWrites();
  const sessions = new Http2SessionManager(
    url,
    {
      // Triton answers more than one ping in 5 minutes on a quiet connection with GOAWAY; deadlines find a dead one.
      pingIntervalMs: Infinity,
      pingIdleConnection: false,
      // An unused connection stays open: nothing between two processes of one machine forgets it.
      idleConnectionTimeoutMs: Infinity,
    },
    // TLS, which is for Tritons elsewhere, writes in its own way.
    url.startsWith("http:") ? { createConnection: (authority) => writes.connect(authority) } : {},
  );
  return { sessions, writes, calls: 0 };
}
