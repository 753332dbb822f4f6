import assert from "node:assert/strict";
import { Http2Stream } from "./stream.ts";

const OK = new Map([[":status", "200"]]);
const CONTINUE = new Map([[":status", "103"]]);
const TRAILERS = new Map([["grpc-status", "0"]]);
const PROTOCOL_ERROR = 1;
const FLOW_CONTROL_ERROR = 3;

/** A stream whose reply may have 10 bytes, and what its listener heard. */
function open(): { stream: Http2Stream; heard: unknown[] } {
  const heard: unknown[] = [];
  const stream = new Http2Stream(
    { head: Uint8Array.of(1), chunks: [Uint8Array.of(2)] },
    {
      onHeaders: (fields) => heard.push(fields),
      onData: (bytes) => heard.push([...bytes]),
      onEnd: () => heard.push("end"),
      onReset: (code) => heard.push(code),
      onLost: (error) => heard.push(error),
    },
    10,
  );
  return { stream, heard };
}

Deno.test("Http2Stream hands on fields, data and trailers, and no informational ones", () => {
  const { stream, heard } = open();
  assert.equal(stream.receiveHeaders(CONTINUE, false), undefined);
  assert.equal(stream.receiveHeaders(OK, false), undefined);
  assert.equal(stream.receiveData(Uint8Array.of(7), 1), undefined);
  assert.equal(stream.receiveData(new Uint8Array(), 0), undefined);
  assert.equal(stream.receiveHeaders(TRAILERS, true), undefined);
  assert.deepEqual(heard, [OK, [7], TRAILERS]);
});

Deno.test("Http2Stream refuses replies that are none", () => {
  const cases: readonly ((stream: Http2Stream) => number | undefined)[] = [
    (stream) => stream.receiveData(Uint8Array.of(7), 1),
    (stream) => stream.receiveHeaders(TRAILERS, true),
    (stream) => stream.receiveHeaders(CONTINUE, true),
    (stream) => stream.receiveHeaders(OK, false) ?? stream.receiveHeaders(TRAILERS, false),
    (stream) => stream.receiveHeaders(OK, false) ?? stream.receiveHeaders(OK, true),
  ];
  for (const receive of cases) assert.equal(receive(open().stream), PROTOCOL_ERROR, `${receive}`);
});

Deno.test("Http2Stream counts padding against its window", () => {
  const { stream } = open();
  assert.equal(stream.receiveHeaders(OK, false), undefined);
  assert.equal(stream.receiveData(Uint8Array.of(7), 10), undefined);
  assert.equal(stream.receiveData(new Uint8Array(), 1), FLOW_CONTROL_ERROR);
});

Deno.test("Http2Stream gives its request once", () => {
  const { stream } = open();
  assert.deepEqual(stream.takeRequest().head, Uint8Array.of(1));
  assert.throws(() => stream.takeRequest(), /Cannot send a request twice/);
});
