/** One request and its reply on a connection (RFC 9113, sections 5.1 and 8.1). */
import { ErrorCode } from "./error_code.ts";
import type { HeaderFields } from "./header_block.ts";

/** What is asked. */
export interface Http2Request {
  /** Packed fields, pseudo-header fields first. */
  readonly head: Uint8Array;
  /** The body, of one byte at least; it must not change before the reply has ended. */
  readonly chunks: readonly Uint8Array[];
}

/** What becomes of a request, in this order; nothing comes behind `onEnd()`, `onReset()` and `onLost()`. */
export interface StreamListener {
  /** Fields of the reply, and once more those behind its data. */
  onHeaders(fields: HeaderFields): void;
  /** The bytes are overwritten when the listener has returned. */
  onData(bytes: Uint8Array): void;
  /** The reply is whole. */
  onEnd(): void;
  /** The server ended it, or broke the protocol; REFUSED_STREAM says that it did nothing. */
  onReset(code: number): void;
  /** The connection is no more, or never was. */
  onLost(error: Error, wasSent: boolean): void;
}

const INFORMATIONAL = /^1..$/;

/** A stream that waits for its turn, is open, or has ended. */
export class Http2Stream {
  readonly listener: StreamListener;
  /** 0 as long as it waits. */
  id = 0;
  readonly #windowBytes: number;
  #request: Http2Request | undefined;
  #receivedBytes = 0;
  #hasHeaders = false;

  /** @param windowBytes What the server may send of the reply. */
  constructor(request: Http2Request, listener: StreamListener, windowBytes: number) {
    this.#request = request;
    this.listener = listener;
    this.#windowBytes = windowBytes;
  }

  /** What is to be sent, once: a stream that is open holds it no longer. */
  takeRequest(): Http2Request {
    const request = this.#request;
    if (request === undefined) throw new Error("Cannot send a request twice");
    this.#request = undefined;
    return request;
  }

  /** Hands on fields that came; the code of what is wrong with them, if anything is. */
  receiveHeaders(fields: HeaderFields, isEnd: boolean): number | undefined {
    const status = fields.get(":status");
    const isInformational = status !== undefined && INFORMATIONAL.test(status);
    if (isInformational && !isEnd && !this.#hasHeaders) return undefined;
    // Behind the first fields come those of the end alone.
    const isRight = this.#hasHeaders
      ? isEnd && status === undefined
      : status !== undefined && !isInformational;
    if (!isRight) return ErrorCode.PROTOCOL_ERROR;
    this.#hasHeaders = true;
    this.listener.onHeaders(fields);
    return undefined;
  }

  /** Hands on data that came; the code of what is wrong with it, if anything is. */
  receiveData(data: Uint8Array, payloadBytes: number): number | undefined {
    this.#receivedBytes += payloadBytes;
    if (this.#receivedBytes > this.#windowBytes) return ErrorCode.FLOW_CONTROL_ERROR;
    if (!this.#hasHeaders) return ErrorCode.PROTOCOL_ERROR;
    if (data.byteLength > 0) this.listener.onData(data);
    return undefined;
  }
}
