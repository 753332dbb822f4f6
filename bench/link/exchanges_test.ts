import assert from "node:assert/strict";
import { CLIENT_PREFACE } from "./http2_frames.ts";
import { Http1Tracker, Http2Tracker, trackerFor } from "./exchanges.ts";

const BYTES = new Uint8Array(10);

Deno.test("Http1Tracker stamps first reads and last writes of both directions", () => {
  const tracker = new Http1Tracker();
  const head = tracker.read("up", BYTES, 10);
  const body = tracker.read("up", BYTES, 11);
  head(22);
  body(23);
  const replyHead = tracker.read("down", BYTES, 30);
  const replyBody = tracker.read("down", BYTES, 31);
  replyHead(42);
  replyBody(43);
  tracker.read("up", BYTES, 50);
  assert.deepEqual(tracker.takeFinished(), [
    { upFirstMs: 10, upLastMs: 23, downFirstMs: 30, downLastMs: 43 },
  ]);
  assert.deepEqual(tracker.takeFinished(), []);
});

Deno.test("Http1Tracker gives the last exchange of a connection once it is answered", () => {
  const tracker = new Http1Tracker();
  tracker.read("up", BYTES, 1)(2);
  assert.deepEqual(tracker.takeFinished(), []);
  tracker.read("down", BYTES, 3)(4);
  assert.equal(tracker.takeFinished().length, 1);
});

function frame(type: number, flags: number, stream: number): Uint8Array {
  return new Uint8Array([0, 0, 1, type, flags, 0, 0, 0, stream, 0]);
}

Deno.test("Http2Tracker keeps streams of one connection apart", () => {
  const tracker = new Http2Tracker();
  tracker.read("up", CLIENT_PREFACE, 0)(0);
  tracker.read("up", frame(1, 0, 1), 1)(10);
  tracker.read("up", frame(1, 0, 3), 2)(11);
  tracker.read("up", frame(0, 1, 3), 3)(12);
  tracker.read("up", frame(0, 1, 1), 4)(13);
  tracker.read("down", frame(1, 0, 3), 20)(30);
  tracker.read("down", frame(1, 1, 3), 21)(31);
  tracker.read("down", frame(1, 0, 1), 22)(32);
  assert.deepEqual(tracker.takeFinished(), [
    { upFirstMs: 2, upLastMs: 12, downFirstMs: 20, downLastMs: 31 },
  ]);
  tracker.read("down", frame(1, 1, 1), 24)(34);
  assert.deepEqual(tracker.takeFinished(), [
    { upFirstMs: 1, upLastMs: 13, downFirstMs: 22, downLastMs: 34 },
  ]);
});

Deno.test("Http2Tracker takes the last data for the end of a request, not an end that follows the reply", () => {
  const tracker = new Http2Tracker();
  tracker.read("up", CLIENT_PREFACE, 0)(0);
  tracker.read("up", frame(1, 0, 1), 1)(10);
  tracker.read("up", frame(0, 0, 1), 2)(11);
  tracker.read("down", frame(1, 0, 1), 20)(30);
  tracker.read("up", frame(0, 1, 1), 21)(31);
  tracker.read("down", frame(1, 1, 1), 22)(32);
  assert.deepEqual(tracker.takeFinished(), [
    { upFirstMs: 1, upLastMs: 11, downFirstMs: 20, downLastMs: 32 },
  ]);
});

Deno.test("trackerFor() knows HTTP/2 by its preface", () => {
  assert.ok(trackerFor(CLIENT_PREFACE) instanceof Http2Tracker);
  assert.ok(trackerFor(new TextEncoder().encode("POST / HTTP/1.1")) instanceof Http1Tracker);
});
