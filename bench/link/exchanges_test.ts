import assert from "node:assert/strict";
import { ExchangeTracker } from "./exchanges.ts";

const BYTES = new Uint8Array(10);
const HTTP1 = new TextEncoder().encode("POST / HTTP/1.1");

Deno.test("ExchangeTracker stamps first reads and last writes of both directions", () => {
  const tracker = new ExchangeTracker(HTTP1);
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

Deno.test("ExchangeTracker gives the last exchange of a connection once it is answered", () => {
  const tracker = new ExchangeTracker(HTTP1);
  tracker.read("up", BYTES, 1)(2);
  assert.deepEqual(tracker.takeFinished(), []);
  tracker.read("down", BYTES, 3)(4);
  assert.equal(tracker.takeFinished().length, 1);
});

Deno.test("ExchangeTracker takes HTTP/2's own short frames for no message", () => {
  const tracker = new ExchangeTracker(new TextEncoder().encode("PRI * HTTP/2.0\r\n"));
  const [message, windowUpdate] = [new Uint8Array(500), new Uint8Array(13)];
  tracker.read("up", message, 1)(10);
  tracker.read("down", windowUpdate, 2)(12);
  tracker.read("up", message, 3)(11);
  tracker.read("down", message, 20)(30);
  tracker.read("up", windowUpdate, 31)(41);
  tracker.read("up", message, 50)(60);
  assert.deepEqual(tracker.takeFinished(), [
    { upFirstMs: 1, upLastMs: 11, downFirstMs: 20, downLastMs: 30 },
  ]);
});
