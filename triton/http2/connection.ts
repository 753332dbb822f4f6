/**
 * A client's HTTP/2 connection without TLS (RFC 9113), for calls that are small and many: half of what node:http2 takes
 * for one. No pushed streams, no priorities, no table of header fields.
 */
import { connect, type Socket } from "node:net";
import { ErrorCode, errorName, Http2Error } from "./error_code.ts";
import { Flag, type Frame, FRAME_BYTES_MAX, FrameType, MAX_31_BITS, uint32s } from "./frame.ts";
import { FrameReader } from "./frame_reader.ts";
import { FrameWriter } from "./frame_writer.ts";
import { NO_TABLE } from "./header_block.ts";
import { HeaderCollector, type Headers } from "./header_collector.ts";
import { IncomingWindow, OPENING_BYTES } from "./incoming_window.ts";
import { OutgoingData } from "./outgoing_data.ts";
import { assertPlace, dataOf, farewellOf, grantOf, pingOf, resetCodeOf } from "./payload.ts";
import { applySettings, DEFAULT_SETTINGS, encodeSettings } from "./settings.ts";
import { type Http2Request, Http2Stream, type StreamListener } from "./stream.ts";

/** Where a server is, and what it may send. */
export interface Http2ConnectionOptions {
  readonly host: string;
  readonly port: number;
  /** Bytes of a reply's data, padding included. */
  readonly streamWindowBytes: number;
  /** Odd; streams of a connection have rising numbers of 31 bits, then it is used up. */
  readonly firstStreamId?: number;
}

/** What a peer takes in one frame at the least. */
const HEAD_BYTES_MAX = FRAME_BYTES_MAX - NO_TABLE.byteLength;

/** A connection that opens by itself; requests wait until it has. */
export class Http2Connection {
  readonly #streamWindowBytes: number;
  readonly #socket: Socket;
  readonly #frames: FrameWriter;
  readonly #outgoing: OutgoingData;
  readonly #reader = new FrameReader();
  readonly #headers = new HeaderCollector();
  readonly #incoming = new IncomingWindow();
  readonly #open = new Map<number, Http2Stream>();
  /** For the connection, or for a stream of it to end. */
  readonly #waiting = new Set<Http2Stream>();
  #nextId: number;
  #settings = DEFAULT_SETTINGS;
  #hasSettings = false;
  #isConnected = false;
  /** What the server said when it took its leave. */
  #farewell = "";
  /** No stream is opened any more. */
  #isLeaving = false;
  #isClosed = false;

  constructor({ host, port, streamWindowBytes, firstStreamId = 1 }: Http2ConnectionOptions) {
    this.#streamWindowBytes = streamWindowBytes;
    this.#nextId = firstStreamId;
    this.#socket = connect({ host, port, noDelay: true });
    this.#frames = new FrameWriter({ write: (bytes) => void this.#socket.write(bytes) });
    this.#outgoing = new OutgoingData(this.#frames);
    this.#socket.on("connect", () => this.#onConnect());
    this.#socket.on("data", (bytes: Uint8Array) => this.#onBytes(bytes));
    this.#socket.on("error", (error) => this.#lose(error));
    this.#socket.on("end", () => this.#onEnd());
    this.#socket.on("close", () => this.#onEnd());
  }

  /** Whether nothing of it is left. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Whether further requests may be sent; where not, a new connection is needed. */
  get isUsable(): boolean {
    return !this.#isLeaving && !this.#isClosed;
  }

  /**
   * Sends a request, at once or when it can be, and tells the listener what becomes of it.
   *
   * @throws {RangeError} when its fields are longer than a frame.
   */
  request(request: Http2Request, listener: StreamListener): Http2Stream {
    if (request.head.byteLength > HEAD_BYTES_MAX) {
      throw new RangeError(`Cannot send ${request.head.byteLength} bytes of headers`);
    }
    const stream = new Http2Stream(request, listener, this.#streamWindowBytes);
    if (!this.isUsable) listener.onLost(new Error("the connection takes no more requests"), false);
    else {
      this.#waiting.add(stream);
      this.#openWaiting();
    }
    return stream;
  }

  /** Gives a request up; its listener hears no more. */
  cancel(stream: Http2Stream): void {
    this.#waiting.delete(stream);
    if (this.#open.get(stream.id) === stream) this.#end(stream, ErrorCode.CANCEL);
  }

  /** Takes no more requests, and closes when the last one has ended. */
  leave(): void {
    if (this.isUsable) this.#leave();
  }

  /** Ends the connection; all requests are lost. */
  close(): void {
    this.#lose(new Error("the connection was closed"));
  }

  #onConnect(): void {
    if (this.#isClosed) return;
    this.#isConnected = true;
    this.#frames.sendPreface();
    const settings = encodeSettings({ streamWindowBytes: this.#streamWindowBytes });
    this.#frames.send({ type: FrameType.SETTINGS }, settings);
    this.#frames.send({ type: FrameType.WINDOW_UPDATE }, uint32s(OPENING_BYTES));
    this.#openWaiting();
  }

  #openWaiting(): void {
    if (!this.#isConnected) return;
    for (const stream of this.#waiting) {
      if (this.#open.size >= this.#settings.concurrentStreamsMax || !this.isUsable) return;
      this.#waiting.delete(stream);
      this.#openStream(stream);
    }
  }

  #openStream(stream: Http2Stream): void {
    const { head, chunks } = stream.takeRequest();
    stream.id = this.#nextId;
    this.#nextId += 2;
    this.#open.set(stream.id, stream);
    const kind = { type: FrameType.HEADERS, flags: Flag.END_HEADERS, streamId: stream.id };
    this.#frames.send(kind, NO_TABLE, head);
    this.#outgoing.add(stream.id, chunks);
    if (this.#nextId > MAX_31_BITS) this.#leave();
  }

  #onBytes(bytes: Uint8Array): void {
    try {
      this.#reader.read(bytes, (frame) => {
        if (!this.#isClosed) this.#onFrame(frame);
      });
    } catch (error) {
      this.#onBrokenRule(error);
    }
  }

  /** Tells the peer which rule it broke, and ends the connection. */
  #onBrokenRule(error: unknown): void {
    const isRule = error instanceof Http2Error;
    const code = isRule ? error.code : ErrorCode.INTERNAL_ERROR;
    this.#frames.send({ type: FrameType.GOAWAY }, uint32s(0, code));
    this.#frames.flush();
    this.#lose(isRule ? error : new Error("a reply could not be read", { cause: error }));
  }

  #onFrame(frame: Frame): void {
    if (!this.#hasSettings && frame.type !== FrameType.SETTINGS) {
      throw new Http2Error(ErrorCode.PROTOCOL_ERROR, "no settings at the beginning");
    }
    assertPlace(frame);
    const headers = this.#headers.add(frame);
    if (headers !== undefined) return this.#onHeaders(headers);
    switch (frame.type) {
      case FrameType.DATA:
        return this.#onData(frame);
      case FrameType.RST_STREAM:
        return this.#onReset(this.#streamOf(frame.streamId), resetCodeOf(frame));
      case FrameType.SETTINGS:
        return this.#onSettings(frame);
      case FrameType.PUSH_PROMISE:
        throw new Http2Error(ErrorCode.PROTOCOL_ERROR, "a pushed stream, which is not allowed");
      case FrameType.PING:
        if ((frame.flags & Flag.ACK) !== 0) return;
        return this.#frames.send({ type: FrameType.PING, flags: Flag.ACK }, pingOf(frame));
      case FrameType.GOAWAY:
        return this.#onFarewell(frame);
      case FrameType.WINDOW_UPDATE:
        if (frame.streamId !== 0) this.#streamOf(frame.streamId);
        return this.#outgoing.grant(frame.streamId, grantOf(frame));
    }
  }

  /**
   * A stream of ours that is open, or nothing where it has ended.
   *
   * @throws {Http2Error} when it was never opened.
   */
  #streamOf(streamId: number): Http2Stream | undefined {
    const isOurs = streamId % 2 === 1 && streamId < this.#nextId;
    if (isOurs) return this.#open.get(streamId);
    throw new Http2Error(ErrorCode.PROTOCOL_ERROR, `stream ${streamId}, which is not open`);
  }

  #onHeaders({ streamId, fields, isEnd }: Headers): void {
    const stream = this.#streamOf(streamId);
    if (stream === undefined) return;
    this.#afterPart(stream, stream.receiveHeaders(fields, isEnd), isEnd);
  }

  #onData(frame: Frame): void {
    const { streamId, payload, flags } = frame;
    const stream = this.#streamOf(streamId);
    const data = dataOf(frame);
    const grantedBytes = this.#incoming.receive(payload.byteLength);
    if (grantedBytes > 0) {
      this.#frames.send({ type: FrameType.WINDOW_UPDATE }, uint32s(grantedBytes));
    }
    if (stream === undefined) return;
    const isEnd = (flags & Flag.END_STREAM) !== 0;
    this.#afterPart(stream, stream.receiveData(data, payload.byteLength), isEnd);
  }

  /** What follows a part of a reply; its listener may have given it up meanwhile. */
  #afterPart(stream: Http2Stream, problem: number | undefined, isEnd: boolean): void {
    if (this.#open.get(stream.id) !== stream) return;
    if (problem !== undefined) {
      this.#end(stream, problem);
      return stream.listener.onReset(problem);
    }
    if (!isEnd) return;
    // Of a request that was answered before it was all sent, nobody wants the rest.
    this.#end(stream, this.#outgoing.has(stream.id) ? ErrorCode.CANCEL : undefined);
    stream.listener.onEnd();
  }

  #onReset(stream: Http2Stream | undefined, code: number): void {
    if (stream === undefined || this.#open.get(stream.id) !== stream) return;
    this.#end(stream, undefined);
    stream.listener.onReset(code);
  }

  #onSettings(frame: Frame): void {
    this.#hasSettings = true;
    if ((frame.flags & Flag.ACK) !== 0) return;
    this.#settings = applySettings(this.#settings, frame.payload);
    this.#frames.send({ type: FrameType.SETTINGS, flags: Flag.ACK });
    this.#outgoing.apply(this.#settings);
    this.#openWaiting();
  }

  /** The server takes no more streams, and has done nothing about those behind the last one that it names. */
  #onFarewell(frame: Frame): void {
    const { lastStreamId, code } = farewellOf(frame);
    this.#farewell = ` (${errorName(code)})`;
    const refused = [...this.#open.values()].filter(({ id }) => id > lastStreamId);
    for (const stream of refused) this.#onReset(stream, ErrorCode.REFUSED_STREAM);
    this.#leave();
  }

  #onEnd(): void {
    this.#lose(new Error(`the server closed the connection${this.#farewell}`));
  }

  /** Lets go of a stream; tells the server why, unless it knows. */
  #end(stream: Http2Stream, code: number | undefined): void {
    this.#open.delete(stream.id);
    this.#outgoing.delete(stream.id);
    if (code !== undefined) {
      this.#frames.send({ type: FrameType.RST_STREAM, streamId: stream.id }, uint32s(code));
    }
    if (this.#isLeaving) this.#closeWhenIdle();
    else this.#openWaiting();
  }

  #leave(): void {
    this.#isLeaving = true;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    const error = new Error("the connection takes no more requests");
    for (const { listener } of waiting) listener.onLost(error, false);
    this.#closeWhenIdle();
  }

  #closeWhenIdle(): void {
    if (this.#open.size === 0) this.close();
  }

  #lose(error: Error): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#socket.destroy();
    const lost = [...this.#open.values(), ...this.#waiting];
    this.#open.clear();
    this.#waiting.clear();
    for (const { listener, id } of lost) listener.onLost(error, id > 0);
  }
}
