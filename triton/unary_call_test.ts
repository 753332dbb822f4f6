import assert from "node:assert/strict";
import * as http2 from "node:http2";
import type { AddressInfo } from "node:net";
import { Code, ConnectError } from "@connectrpc/connect";
import { stopTime } from "../testing/fake_clock.ts";
import { request } from "../testing/http2_exchange.ts";
import { CallFailure, type TritonErrorKind, type WasProcessed } from "./errors.ts";
import { Http2Connection } from "./http2/connection.ts";
import { ErrorCode } from "./http2/error_code.ts";
import { UnaryCall, type UnaryCallLimits } from "./unary_call.ts";

const LIMITS: UnaryCallLimits = { timeoutMs: 5000, signal: undefined, replyBytesMax: 100 };
const GOOD = { ":status": 200, "content-type": "application/grpc" };
/** An envelope with two bytes. */
const REPLY = Uint8Array.from([0, 0, 0, 0, 2, 8, 9]);

type Handler = (stream: http2.ServerHttp2Stream) => void;

/** An HTTP/2 server that answers every stream in the same way, and a connection to it. */
class Peer implements AsyncDisposable {
  readonly #server: http2.Http2Server;
  #connection: Http2Connection | undefined;

  constructor(handler: Handler) {
    this.#server = http2.createServer();
    this.#server.on("stream", (stream: http2.ServerHttp2Stream) => {
      stream.on("error", () => {});
      handler(stream);
    });
  }

  async connect(): Promise<Http2Connection> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.listen(0, "127.0.0.1", resolve);
    await promise;
    const { port } = this.#server.address() as AddressInfo;
    this.#connection = new Http2Connection({ host: "127.0.0.1", port, streamWindowBytes: 65_535 });
    return this.#connection;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#connection?.close();
    const { promise, resolve } = Promise.withResolvers<unknown>();
    this.#server.close(resolve);
    await promise;
  }
}

/** Makes one call against a peer; what came of it. */
async function call(handler: Handler, limits: Partial<UnaryCallLimits> = {}): Promise<Uint8Array> {
  await using peer = new Peer(handler);
  const unary = new UnaryCall({ ...LIMITS, ...limits });
  // May end before there is a stream, and before anybody waits for it.
  unary.reply.catch(() => {});
  const chunks = [Uint8Array.from([0, 0, 0, 0, 1]), Uint8Array.from([7])];
  unary.send(await peer.connect(), request(...chunks));
  return await unary.reply;
}

function answer(trailers: Record<string, string>, ...chunks: Uint8Array[]): Handler {
  return (stream) => {
    stream.respond(GOOD, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers(trailers));
    for (const chunk of chunks) stream.write(chunk);
    stream.end();
  };
}

async function fails(outcome: Promise<unknown>, code: Code, text: RegExp): Promise<void> {
  await assert.rejects(outcome, (error) => {
    assert(error instanceof ConnectError, `${error}`);
    assert.equal(error.code, code, error.message);
    assert.match(error.message, text);
    return true;
  });
}

/** What a failure of our side says of itself. */
async function knows(
  outcome: Promise<unknown>,
  kind: TritonErrorKind,
  wasProcessed: WasProcessed,
): Promise<void> {
  await assert.rejects(outcome, (error) => {
    assert(error instanceof CallFailure, `${error}`);
    assert.deepEqual([error.kind, error.wasProcessed], [kind, wasProcessed]);
    return true;
  });
}

Deno.test("UnaryCall sends all chunks and resolves to the message", async () => {
  const { promise: received, resolve } = Promise.withResolvers<number[]>();
  const message = await call((stream) => {
    const bytes: number[] = [];
    stream.on("data", (chunk: Uint8Array) => void bytes.push(...chunk));
    stream.on("end", () => {
      resolve(bytes);
      answer({ "grpc-status": "0" }, REPLY)(stream);
    });
  });
  assert.deepEqual([...message], [8, 9]);
  assert.deepEqual(await received, [0, 0, 0, 0, 1, 7]);
});

Deno.test("UnaryCall fails with the status in trailers, message or not", async () => {
  const trailers = { "grpc-status": "14", "grpc-message": "Exceeds%20maximum queue size" };
  await fails(call(answer(trailers)), Code.Unavailable, /Exceeds maximum queue size/);
  await fails(call(answer(trailers, REPLY)), Code.Unavailable, /Exceeds maximum queue size/);
});

Deno.test("UnaryCall fails with the status of a reply that has headers alone", async () => {
  const headers = { ...GOOD, "grpc-status": "3", "grpc-message": "unexpected shape" };
  const handler: Handler = (stream) => stream.respond(headers, { endStream: true });
  await fails(call(handler), Code.InvalidArgument, /unexpected shape/);
});

Deno.test("UnaryCall refuses replies that are no gRPC", async () => {
  const respond = (headers: http2.OutgoingHttpHeaders): Handler => (stream) => {
    stream.respond(headers);
    stream.end("no");
  };
  await fails(call(respond({ ":status": 404 })), Code.Unimplemented, /HTTP 404/);
  const page = { ":status": 200, "content-type": "text/html" };
  await fails(call(respond(page)), Code.Unknown, /unsupported content type text\/html/);
  const zipped = { ...GOOD, "grpc-encoding": "gzip" };
  await fails(call(respond(zipped)), Code.Internal, /unsupported response encoding "gzip"/);
  await fails(call(respond(GOOD)), Code.Internal, /protocol error: missing trailer/);
});

Deno.test("UnaryCall refuses a message that is too long before it has all arrived", async () => {
  const handler: Handler = (stream) => {
    stream.respond(GOOD);
    stream.write(new Uint8Array(106));
  };
  await fails(call(handler), Code.ResourceExhausted, /message size 101 is larger .* 100/);
});

Deno.test("UnaryCall fails as unavailable when its stream is reset", async () => {
  const reset = (code: number): Handler => (stream) => stream.close(code);
  const { REFUSED_STREAM, INTERNAL_ERROR } = ErrorCode;
  await fails(call(reset(REFUSED_STREAM)), Code.Unavailable, /error code REFUSED_STREAM/);
  await fails(call(reset(INTERNAL_ERROR)), Code.Unavailable, /error code INTERNAL_ERROR/);
});

Deno.test("UnaryCall ends at its deadline and at its caller's will, and tells the server", async () => {
  for (const kind of ["deadline", "signal"]) {
    using clock = stopTime();
    const { promise: closed, resolve } = Promise.withResolvers<number | undefined>();
    const abort = new AbortController();
    // The call ends when the server has its stream, and the connection stays until the server has been told.
    await using peer = new Peer((stream) => {
      stream.on("close", () => resolve(stream.rstCode));
      if (kind === "signal") abort.abort();
      else void clock.tick(10);
    });
    const unary = new UnaryCall({ ...LIMITS, timeoutMs: 10, signal: abort.signal });
    unary.send(await peer.connect(), request(new Uint8Array(5)));
    const code = kind === "signal" ? Code.Canceled : Code.DeadlineExceeded;
    await fails(unary.reply, code, /cancelled|timed out/);
    assert.equal(await closed, ErrorCode.CANCEL);
  }
});

Deno.test("UnaryCall that ended before it is sent is not sent", async () => {
  const unary = new UnaryCall({ ...LIMITS, signal: AbortSignal.abort() });
  await fails(unary.reply, Code.Canceled, /cancelled/);
  let streams = 0;
  await using peer = new Peer((stream) => {
    streams++;
    answer({ "grpc-status": "0" }, REPLY)(stream);
  });
  const connection = await peer.connect();
  unary.send(connection, request(new Uint8Array(5)));
  const next = new UnaryCall(LIMITS);
  next.send(connection, request(new Uint8Array(5)));
  await next.reply;
  assert.equal(streams, 1);
});

Deno.test("UnaryCall that cannot be sent fails by why", async () => {
  await using peer = new Peer(() => {});
  const unary = new UnaryCall(LIMITS);
  unary.send(await peer.connect(), { head: new Uint8Array(20_000), chunks: [new Uint8Array(5)] });
  await assert.rejects(unary.reply, /Cannot send 20000 bytes of headers/);
});

Deno.test("UnaryCall knows whether a broken call can have been processed", async () => {
  const reset = (code: number): Handler => (stream) => stream.close(code);
  await knows(call(reset(ErrorCode.REFUSED_STREAM)), "gone", "no");
  for (const code of [ErrorCode.INTERNAL_ERROR, ErrorCode.CANCEL]) {
    await knows(call(reset(code)), "gone", "unknown");
  }
  const nobody = new Peer(() => {});
  const connection = await nobody.connect();
  await nobody[Symbol.asyncDispose]();
  const unsent = new UnaryCall(LIMITS);
  unsent.send(connection, request(new Uint8Array(5)));
  await knows(unsent.reply, "gone", "no");
});

Deno.test("UnaryCall knows an end at its deadline and one at its caller's will", async () => {
  await knows(call(() => {}, { timeoutMs: 10 }), "deadline", "unknown");
  await knows(call(() => {}, { signal: AbortSignal.abort() }), "cancelled", "unknown");
  await knows(call((stream) => stream.respond(GOOD, { endStream: true })), "bad_reply", "unknown");
});
