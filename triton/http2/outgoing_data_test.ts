import assert from "node:assert/strict";
import { Http2Error } from "./error_code.ts";
import { Flag, type FrameKind } from "./frame.ts";
import { OutgoingData } from "./outgoing_data.ts";
import { DEFAULT_SETTINGS } from "./settings.ts";

/** Frames that went out: stream, length of data, whether it was the last; and data by stream. */
class Sent {
  readonly frames: [number, number, boolean][] = [];
  readonly data = new Map<number, number[]>();

  send({ streamId = 0, flags }: FrameKind, bytes: Uint8Array): void {
    this.frames.push([streamId, bytes.byteLength, flags === Flag.END_STREAM]);
    this.data.set(streamId, [...this.data.get(streamId) ?? [], ...bytes]);
  }
}

Deno.test("OutgoingData sends chunks as frames, and ends the stream with the last", () => {
  const sent = new Sent();
  const outgoing = new OutgoingData(sent);
  outgoing.add(1, [Uint8Array.of(1, 2), new Uint8Array(20_000)]);
  assert.deepEqual(sent.frames, [[1, 2, false], [1, 16_384, false], [1, 3616, true]]);
  assert(!outgoing.has(1));
});

Deno.test("OutgoingData stops at a stream's window, and lets others pass", () => {
  const sent = new Sent();
  const outgoing = new OutgoingData(sent);
  outgoing.apply({ ...DEFAULT_SETTINGS, initialWindowBytes: 10 });
  const bytes = Uint8Array.from({ length: 25 }, (_, index) => index);
  outgoing.add(1, [bytes]);
  outgoing.add(3, [Uint8Array.of(9)]);
  assert.deepEqual(sent.frames, [[1, 10, false], [3, 1, true]]);
  outgoing.grant(1, 5);
  // All streams' windows move with the settings, down as well.
  outgoing.apply({ ...DEFAULT_SETTINGS, initialWindowBytes: 4 });
  outgoing.grant(1, 6);
  assert.deepEqual(sent.frames.slice(2), [[1, 5, false]]);
  outgoing.grant(1, 1);
  outgoing.grant(1, 100);
  assert.deepEqual(sent.frames.slice(3), [[1, 1, false], [1, 9, true]]);
  assert.deepEqual(sent.data.get(1), [...bytes]);
});

Deno.test("OutgoingData stops at the connection's window", () => {
  const sent = new Sent();
  const outgoing = new OutgoingData(sent);
  const settings = { ...DEFAULT_SETTINGS, initialWindowBytes: 200_000, frameBytesMax: 100_000 };
  outgoing.apply(settings);
  outgoing.add(1, [new Uint8Array(70_000)]);
  outgoing.add(3, [new Uint8Array(1)]);
  // A frame of 64 KiB is the longest of ours, and the window is one byte less.
  assert.deepEqual(sent.frames, [[1, 65_535, false]]);
  outgoing.grant(3, 1000);
  assert.equal(sent.frames.length, 1);
  outgoing.grant(0, 4466);
  assert.deepEqual(sent.frames.slice(1), [[1, 4465, true], [3, 1, true]]);
});

Deno.test("OutgoingData forgets a stream", () => {
  const sent = new Sent();
  const outgoing = new OutgoingData(sent);
  outgoing.apply({ ...DEFAULT_SETTINGS, initialWindowBytes: 0 });
  outgoing.add(1, [new Uint8Array(1)]);
  assert(outgoing.has(1));
  outgoing.delete(1);
  outgoing.grant(1, 1);
  assert.deepEqual(sent.frames, []);
});

Deno.test("OutgoingData refuses windows that are too large", () => {
  const isRefused = (error: unknown) => error instanceof Http2Error && error.code === 3;
  const outgoing = new OutgoingData(new Sent());
  assert.throws(() => outgoing.grant(0, 2 ** 31 - 1), isRefused);
  outgoing.apply({ ...DEFAULT_SETTINGS, initialWindowBytes: 0 });
  outgoing.add(1, [new Uint8Array(1)]);
  outgoing.grant(9, 2 ** 31 - 1);
  const large = { ...DEFAULT_SETTINGS, initialWindowBytes: 2 ** 31 - 1 };
  assert.throws(() => {
    outgoing.add(3, [new Uint8Array(70_000)]);
    outgoing.grant(3, 1);
    outgoing.apply({ ...DEFAULT_SETTINGS, initialWindowBytes: 0 });
    outgoing.apply(large);
    outgoing.grant(3, 2 ** 31 - 1);
    outgoing.grant(3, 2 ** 31 - 1);
  }, isRefused);
});
