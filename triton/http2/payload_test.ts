import assert from "node:assert/strict";
import { Http2Error } from "./error_code.ts";
import { Flag, type Frame, FrameType } from "./frame.ts";
import {
  assertPlace,
  dataOf,
  farewellOf,
  grantOf,
  headersOf,
  pingOf,
  resetCodeOf,
} from "./payload.ts";

function frame(flags: number, ...bytes: number[]): Frame {
  return { type: FrameType.DATA, flags, streamId: 1, payload: Uint8Array.from(bytes) };
}

Deno.test("payloads are read without padding and priority", () => {
  assert.deepEqual([...dataOf(frame(0, 2, 3))], [2, 3]);
  assert.deepEqual([...dataOf(frame(Flag.PADDED, 2, 7, 0, 0))], [7]);
  assert.deepEqual([...dataOf(frame(Flag.PADDED, 0))], []);
  assert.deepEqual([...headersOf(frame(Flag.PRIORITY, 0, 0, 0, 0, 9, 7))], [7]);
});

Deno.test("payloads are numbers of 32 bits", () => {
  assert.equal(resetCodeOf(frame(0, 0, 0, 0, 8)), 8);
  assert.equal(grantOf(frame(0, 0x80, 0, 1, 0)), 256);
  assert.deepEqual([...pingOf(frame(0, 1, 2, 3, 4, 5, 6, 7, 8))], [1, 2, 3, 4, 5, 6, 7, 8]);
  const farewell = farewellOf(frame(0, 0x80, 0, 0, 5, 0, 0, 0, 11, 0x68, 0x69));
  assert.deepEqual(farewell, { lastStreamId: 5, code: 11 });
});

Deno.test("payloads that are too long, too short or empty are refused", () => {
  const cases: readonly (readonly [() => unknown, number])[] = [
    [() => dataOf(frame(Flag.PADDED, 1)), 1],
    [() => dataOf(frame(Flag.PADDED)), 1],
    [() => headersOf(frame(Flag.PRIORITY, 0, 0, 0, 0)), 6],
    [() => resetCodeOf(frame(0, 0, 0, 8)), 6],
    [() => grantOf(frame(0, 0, 0, 0, 0)), 1],
    [() => grantOf(frame(0, 0, 0, 0, 1, 0)), 6],
    [() => pingOf(frame(0, 1)), 6],
    [() => farewellOf(frame(0, 0, 0, 0, 5)), 6],
  ];
  for (const [read, code] of cases) {
    assert.throws(read, (error) => error instanceof Http2Error && error.code === code, `${read}`);
  }
});

Deno.test("assertPlace() refuses frames of the connection on a stream", () => {
  const payload = new Uint8Array();
  for (const type of [FrameType.SETTINGS, FrameType.PING, FrameType.GOAWAY]) {
    assertPlace({ type, flags: 0, streamId: 0, payload });
    const misplaced = { type, flags: 0, streamId: 1, payload };
    assert.throws(() => assertPlace(misplaced), /stream 1 where none can be \(PROTOCOL_ERROR\)/);
  }
  assertPlace({ type: FrameType.DATA, flags: 0, streamId: 1, payload });
});
