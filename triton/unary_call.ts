/**
 * One gRPC call on an HTTP/2 stream: a message there, a message back, the status in trailers.
 *
 * Connect's own transport passes every call through a chain of asynchronous generators, made for streams, and
 * node:http2 through events: 0.37 ms of processor time a small call, where this takes 0.06. Connect's errors and its
 * reading of statuses are used as they are.
 */
import { Code, type ConnectError } from "@connectrpc/connect";
import {
  findTrailerError,
  grpcStatusOk,
  validateResponseWithCompression,
} from "@connectrpc/connect/protocol-grpc";
import { EnvelopeReader, protocolError } from "./envelope.ts";
import { CallFailure, type WasProcessed } from "./errors.ts";
import type { Http2Connection } from "./http2/connection.ts";
import { ErrorCode, errorName } from "./http2/error_code.ts";
import type { HeaderFields } from "./http2/header_block.ts";
import type { Http2Request, Http2Stream, StreamListener } from "./http2/stream.ts";

const CONTENT_TYPES = new Set(["application/grpc", "application/grpc+proto"]);
const HTTP_OK = "200";

/** The bounds of one call. */
export interface UnaryCallLimits {
  /** Milliseconds from now, whole; `undefined` waits for as long as it takes. */
  readonly timeoutMs: number | undefined;
  readonly signal: AbortSignal | undefined;
  /** The longest message of a reply. */
  readonly replyBytesMax: number;
}

/** Settles once, with the reply's message or a `ConnectError`, and lets go of its stream then. */
export class UnaryCall implements StreamListener {
  readonly #settled = Promise.withResolvers<Uint8Array>();
  readonly #signal: AbortSignal | undefined;
  readonly #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #reader: EnvelopeReader;
  #connection: Http2Connection | undefined;
  #stream: Http2Stream | undefined;
  #isSettled = false;
  /** Of the response so far. */
  #hasHeaders = false;
  #hasStatus = false;
  #statusError: ConnectError | undefined;

  constructor({ timeoutMs, signal, replyBytesMax }: UnaryCallLimits) {
    this.#reader = new EnvelopeReader(replyBytesMax);
    this.#signal = signal;
    signal?.addEventListener("abort", this.#onAbort);
    if (timeoutMs !== undefined) this.#timer = setTimeout(this.#onTimeout, timeoutMs);
    if (signal?.aborted) this.#onAbort();
  }

  /** The message of the reply. */
  get reply(): Promise<Uint8Array> {
    return this.#settled.promise;
  }

  /** Sends the request, unless the call has ended before. */
  send(connection: Http2Connection, request: Http2Request): void {
    if (this.#isSettled) return;
    this.#connection = connection;
    this.#attempt(() => this.#stream = connection.request(request, this));
  }

  onHeaders(fields: HeaderFields): void {
    this.#attempt(() => {
      if (this.#hasHeaders) return this.#onStatus(fields);
      this.#hasHeaders = true;
      this.#onResponse(fields);
    });
  }

  onData(bytes: Uint8Array): void {
    this.#attempt(() => this.#reader.push(bytes.slice()));
  }

  onEnd(): void {
    if (this.#isSettled) return;
    if (!this.#hasStatus) return this.fail(protocolError("missing trailer"));
    if (this.#statusError !== undefined) return this.fail(this.#statusError);
    this.#attempt(() => {
      const message = this.#reader.finish();
      this.#settle();
      this.#settled.resolve(message);
    });
  }

  /** A server says of streams that it refuses that it did nothing. */
  onReset(code: number): void {
    const wasProcessed = code === ErrorCode.REFUSED_STREAM ? "no" : "unknown";
    this.fail(gone(`http/2 stream closed with error code ${errorName(code)}`, wasProcessed));
  }

  onLost(error: Error, wasSent: boolean): void {
    this.fail(gone(error.message, wasSent ? "unknown" : "no", error));
  }

  /** Ends the call by what went wrong, unless it has ended. */
  fail(error: unknown): void {
    if (this.#isSettled) return;
    this.#settle();
    this.#settled.reject(error);
    if (this.#stream !== undefined) this.#connection?.cancel(this.#stream);
  }

  readonly #onAbort = () =>
    this.fail(
      new CallFailure("the call was cancelled", Code.Canceled, {
        kind: "cancelled",
        wasProcessed: "unknown",
      }),
    );
  readonly #onTimeout = () =>
    this.fail(
      new CallFailure("the call timed out", Code.DeadlineExceeded, {
        kind: "deadline",
        wasProcessed: "unknown",
      }),
    );

  #settle(): void {
    this.#isSettled = true;
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener("abort", this.#onAbort);
  }

  #attempt(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.fail(error);
    }
  }

  #onResponse(fields: HeaderFields): void {
    const status = fields.get(":status");
    // What every good reply has; anything else is for the library to judge.
    const isUsual = status === HTTP_OK && CONTENT_TYPES.has(fields.get("content-type") ?? "") &&
      !fields.has("grpc-encoding");
    if (!isUsual) validateResponseWithCompression([], Number(status), toHeaders(fields));
    // A failed call has its status here and nothing else.
    if (fields.has("grpc-status")) this.#onStatus(fields);
  }

  #onStatus(fields: HeaderFields): void {
    const status = fields.get("grpc-status");
    this.#hasStatus = status !== undefined;
    if (status !== grpcStatusOk) this.#statusError = findTrailerError(toHeaders(fields));
  }
}

function gone(message: string, wasProcessed: WasProcessed, cause?: unknown): CallFailure {
  return new CallFailure(message, Code.Unavailable, { kind: "gone", wasProcessed, cause });
}

function toHeaders(fields: HeaderFields): Headers {
  return new Headers([...fields].filter(([name]) => !name.startsWith(":")));
}
