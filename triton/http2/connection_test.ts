import assert from "node:assert/strict";
import * as http2 from "node:http2";
import type { AddressInfo } from "node:net";
import { ask, meet, Outcome, request } from "../../testing/http2_exchange.ts";
import { encodeFrame, Http2Peer } from "../../testing/http2_peer.ts";
import { Http2Connection } from "./connection.ts";
import { Flag, FrameType, uint32s } from "./frame.ts";
import { encodeHeaders } from "./header_block.ts";

const { DATA, HEADERS, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE } =
  FrameType;
const { END_STREAM, END_HEADERS, ACK } = Flag;
const NO_SETTINGS = encodeFrame({ type: SETTINGS });

Deno.test("Http2Connection sends a request as one block and one piece of data", async () => {
  await using stack = new AsyncDisposableStack();
  const { peer, connection } = await meet(stack);
  const outcome = ask(connection, Uint8Array.of(1, 2));
  const settings = await peer.next(SETTINGS);
  assert.equal(settings?.streamId, 0);
  const head = await peer.next(HEADERS);
  assert.deepEqual([head?.streamId, head?.flags], [1, END_HEADERS]);
  const data = await peer.next(DATA);
  assert.deepEqual([data?.streamId, data?.flags, ...data?.payload ?? []], [1, END_STREAM, 1, 2]);
  await peer.send(
    Http2Peer.ok(1),
    encodeFrame({ type: DATA, streamId: 1, payload: Uint8Array.of(7) }),
    encodeFrame({
      type: HEADERS,
      flags: END_HEADERS | END_STREAM,
      streamId: 1,
      payload: encodeHeaders([["grpc-status", "0"]]),
    }),
  );
  assert.equal(await outcome.end, "end");
  assert.deepEqual(outcome.bytes, [7]);
  assert.deepEqual(outcome.fields.map((fields) => [...fields.keys()]), [
    [":status", "content-type"],
    ["grpc-status"],
  ]);
});

Deno.test("Http2Connection answers pings and settings, and ignores what it does not know", async () => {
  await using stack = new AsyncDisposableStack();
  const { peer } = await meet(stack);
  const acknowledged = await peer.next(SETTINGS);
  assert.equal(acknowledged?.flags, 0);
  assert.equal((await peer.next(SETTINGS))?.flags, ACK);
  const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  await peer.send(
    encodeFrame({ type: 0x77, flags: 255, streamId: 9, payload: bytes }),
    encodeFrame({ type: PING, flags: ACK, payload: bytes }),
    encodeFrame({ type: PING, payload: bytes }),
  );
  const pong = await peer.next(PING);
  assert.deepEqual([pong?.flags, ...pong?.payload ?? []], [ACK, ...bytes]);
});

const BROKEN_RULES: Record<string, { frames: Uint8Array[]; code: number }> = {
  "no settings first": {
    frames: [encodeFrame({ type: PING, payload: new Uint8Array(8) })],
    code: 1,
  },
  "settings of a stream": { frames: [encodeFrame({ type: SETTINGS, streamId: 1 })], code: 1 },
  "a pushed stream": {
    frames: [NO_SETTINGS, encodeFrame({ type: PUSH_PROMISE, streamId: 1 })],
    code: 1,
  },
  "a stream that is not open": { frames: [NO_SETTINGS, Http2Peer.ok(3)], code: 1 },
  "a stream of the server's": { frames: [NO_SETTINGS, Http2Peer.ok(2)], code: 1 },
  "a window of a stream that is not open": {
    frames: [NO_SETTINGS, encodeFrame({ type: WINDOW_UPDATE, streamId: 3, payload: uint32s(1) })],
    code: 1,
  },
  "headers that are cut": {
    frames: [
      NO_SETTINGS,
      encodeFrame({ type: HEADERS, flags: END_HEADERS, streamId: 1, payload: Uint8Array.of(0x0f) }),
    ],
    code: 9,
  },
  "data amid headers": {
    frames: [
      NO_SETTINGS,
      encodeFrame({ type: HEADERS, streamId: 1 }),
      encodeFrame({ type: DATA, streamId: 1 }),
    ],
    code: 1,
  },
  "a frame that is too long": {
    frames: [
      NO_SETTINGS,
      encodeFrame({ type: DATA, streamId: 1, payload: new Uint8Array(16_385) }),
    ],
    code: 6,
  },
};

for (const [rule, { frames, code }] of Object.entries(BROKEN_RULES)) {
  Deno.test(`Http2Connection ends at ${rule}, and says so`, async () => {
    await using stack = new AsyncDisposableStack();
    const peer = stack.use(new Http2Peer());
    const connection = new Http2Connection({ ...peer.address, streamWindowBytes: 1000 });
    const outcome = ask(connection);
    await peer.accept(new Uint8Array());
    await peer.next(DATA);
    await peer.send(...frames);
    const farewell = await peer.next(GOAWAY);
    assert.deepEqual(farewell?.payload, uint32s(0, code));
    assert.equal(await peer.next(GOAWAY), undefined);
    assert.match(await outcome.end, /^lost sent: .* \([A-Z_]+\)$/);
    assert(connection.isClosed && !connection.isUsable);
  });
}

Deno.test("Http2Connection heeds how many streams may be open, and forgets those given up", async () => {
  await using stack = new AsyncDisposableStack();
  const one = encodeFrame({ type: SETTINGS, payload: Uint8Array.of(0, 3, 0, 0, 0, 1) });
  const { peer, connection } = await meet(stack, { frames: [one] });
  // The client's own settings, then its answer to ours.
  await peer.next(SETTINGS);
  await peer.next(SETTINGS);
  const outcomes = Array.from({ length: 4 }, () => new Outcome());
  const streams = outcomes.map((outcome) => connection.request(request(), outcome));
  connection.cancel(streams[1] as typeof streams[0]);
  assert.equal((await peer.next(HEADERS))?.streamId, 1);
  await peer.send(Http2Peer.ok(1, END_STREAM));
  assert.equal((await peer.next(HEADERS))?.streamId, 3);
  assert.equal(await outcomes[0]?.end, "end");
  connection.cancel(streams[2] as typeof streams[0]);
  const reset = await peer.next(RST_STREAM);
  assert.deepEqual([reset?.streamId, reset?.payload], [3, uint32s(8)]);
  const last = await peer.next(HEADERS);
  assert.equal(last?.streamId, 5);
  // What still comes of a stream that was given up is nobody's.
  await peer.send(Http2Peer.ok(3), Http2Peer.ok(5, END_STREAM));
  assert.equal(await outcomes[3]?.end, "end");
  assert.deepEqual([outcomes[1]?.fields, outcomes[2]?.fields], [[], []]);
});

Deno.test("Http2Connection takes a farewell: what the server will not do, what it will, and an end", async () => {
  await using stack = new AsyncDisposableStack();
  const { peer, connection } = await meet(stack);
  const outcomes = [ask(connection), ask(connection)] as const;
  await peer.next(DATA);
  await peer.next(DATA);
  await peer.send(encodeFrame({ type: GOAWAY, payload: uint32s(1, 0) }));
  assert.equal(await outcomes[1].end, "reset 7");
  assert(!connection.isUsable && !connection.isClosed);
  const late = ask(connection);
  assert.match(await late.end, /^lost unsent: /);
  await peer.send(Http2Peer.ok(1, END_STREAM));
  assert.equal(await outcomes[0].end, "end");
  assert.equal(await peer.next(GOAWAY), undefined);
  assert(connection.isClosed);
});

Deno.test("Http2Connection loses what is open when the server closes, with what it said before", async () => {
  await using stack = new AsyncDisposableStack();
  const { peer, connection } = await meet(stack);
  const outcome = ask(connection);
  await peer.next(DATA);
  await peer.send(encodeFrame({ type: GOAWAY, payload: uint32s(1, 11) }));
  await peer[Symbol.asyncDispose]();
  const why = "lost sent: the server closed the connection (ENHANCE_YOUR_CALM)";
  assert.equal(await outcome.end, why);
});

Deno.test("Http2Connection passes on why a stream was reset", async () => {
  await using stack = new AsyncDisposableStack();
  const { peer, connection } = await meet(stack);
  const outcome = ask(connection);
  await peer.next(DATA);
  await peer.send(encodeFrame({ type: RST_STREAM, streamId: 1, payload: uint32s(7) }));
  assert.equal(await outcome.end, "reset 7");
  assert(connection.isUsable);
});

Deno.test("Http2Connection resets a stream whose reply is none or too long, and goes on", async () => {
  await using stack = new AsyncDisposableStack();
  const { peer, connection } = await meet(stack);
  const outcomes = Array.from({ length: 3 }, () => ask(connection));
  await peer.send(
    encodeFrame({ type: DATA, streamId: 1, payload: Uint8Array.of(7) }),
    Http2Peer.ok(3),
    encodeFrame({ type: DATA, streamId: 3, payload: new Uint8Array(1001) }),
    Http2Peer.ok(5, END_STREAM),
  );
  const ends = await Promise.all(outcomes.map(({ end }) => end));
  assert.deepEqual(ends, ["reset 1", "reset 3", "end"]);
  assert.deepEqual((await peer.next(RST_STREAM))?.payload, uint32s(1));
  assert.deepEqual((await peer.next(RST_STREAM))?.payload, uint32s(3));
});

Deno.test("Http2Connection sends no rest of a request that was answered before its end", async () => {
  await using stack = new AsyncDisposableStack();
  const { peer, connection } = await meet(stack);
  const outcome = ask(connection, new Uint8Array(70_000));
  await peer.send(Http2Peer.ok(1, END_STREAM));
  assert.equal(await outcome.end, "end");
  assert.deepEqual((await peer.next(RST_STREAM))?.payload, uint32s(8));
});

Deno.test("Http2Connection has done with it when its numbers are used up", async () => {
  await using stack = new AsyncDisposableStack();
  const { peer, connection } = await meet(stack, { firstStreamId: 2 ** 31 - 3 });
  const outcomes = Array.from({ length: 3 }, () => ask(connection));
  assert.match(await outcomes[2]?.end ?? "", /^lost unsent: /);
  assert(!connection.isUsable);
  const ids = [(await peer.next(HEADERS))?.streamId, (await peer.next(HEADERS))?.streamId];
  assert.deepEqual(ids, [2 ** 31 - 3, 2 ** 31 - 1]);
  await peer.send(...ids.map((id) => Http2Peer.ok(id as number, END_STREAM)));
  assert.deepEqual(await Promise.all(outcomes.slice(0, 2).map(({ end }) => end)), ["end", "end"]);
  assert(connection.isClosed);
});

Deno.test("Http2Connection loses what it has, sent or not, when nobody is there or it is closed", async () => {
  const gone = new Http2Peer();
  const { address } = gone;
  await gone[Symbol.asyncDispose]();
  const refused = new Http2Connection({ ...address, streamWindowBytes: 1000 });
  const unsent = ask(refused);
  assert.match(await unsent.end, /^lost unsent: .*ECONNREFUSED/);

  await using stack = new AsyncDisposableStack();
  const { peer, connection } = await meet(stack);
  const sent = ask(connection);
  await peer.next(DATA);
  connection.close();
  assert.equal(await sent.end, "lost sent: the connection was closed");
  assert.equal(await peer.next(DATA), undefined);
});

Deno.test("Http2Connection.leave() lets what is open end, and takes no more", async () => {
  await using stack = new AsyncDisposableStack();
  const { peer, connection } = await meet(stack);
  const outcome = ask(connection);
  await peer.next(DATA);
  connection.leave();
  assert(!connection.isUsable && !connection.isClosed);
  await peer.send(Http2Peer.ok(1, END_STREAM));
  assert.equal(await outcome.end, "end");
  assert(connection.isClosed);
});

Deno.test("Http2Connection refuses fields that no frame holds", async () => {
  await using stack = new AsyncDisposableStack();
  const { connection } = await meet(stack);
  const head = new Uint8Array(16_384);
  const send = () => connection.request({ head, chunks: [head] }, new Outcome());
  assert.throws(send, /Cannot send 16384 bytes of headers/);
});

Deno.test("Http2Connection and node:http2 carry large bodies both ways through small windows", async () => {
  const server = http2.createServer({
    settings: { initialWindowSize: 1000, maxConcurrentStreams: 3, maxFrameSize: 20_000 },
  });
  // Values that are packed by Huffman's code, and fields beyond one frame.
  const long = "long value, ".repeat(4000);
  server.on("stream", (stream: http2.ServerHttp2Stream) => {
    stream.respond({ ":status": 200, "x-long": long }, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
    stream.pipe(stream);
  });
  const { promise: listening, resolve } = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", resolve);
  await listening;
  const { port } = server.address() as AddressInfo;
  const connection = new Http2Connection({ host: "127.0.0.1", port, streamWindowBytes: 300_000 });
  const bodies = Array.from(
    { length: 8 },
    (_, seed) => Uint8Array.from({ length: 100_000 + seed }, (_, at) => (at * 7 + seed) % 251),
  );
  // The server's settings come with its first reply.
  const first = ask(connection);
  assert.equal(await first.end, "end");
  const outcomes = bodies.map((body) => {
    const outcome = ask(connection, body.subarray(0, 5), body.subarray(5));
    return outcome;
  });
  for (const [index, outcome] of outcomes.entries()) {
    assert.equal(await outcome.end, "end");
    assert.deepEqual(Uint8Array.from(outcome.bytes), bodies[index]);
    assert.equal(outcome.fields[0]?.get("x-long"), long);
    assert.equal(outcome.fields[1]?.get("grpc-status"), "0");
  }
  connection.close();
  await new Promise((done) => server.close(done));
});
