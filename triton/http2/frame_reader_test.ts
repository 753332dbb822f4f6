import assert from "node:assert/strict";
import { encodeFrame } from "../../testing/http2_peer.ts";
import { Http2Error } from "./error_code.ts";
import { FrameType } from "./frame.ts";
import { FrameReader } from "./frame_reader.ts";

/** Reads bytes in pieces of a size; stream and payload of every frame. */
function read(bytes: Uint8Array, pieceBytes: number): [number, number[]][] {
  const reader = new FrameReader();
  const frames: [number, number[]][] = [];
  for (let start = 0; start < bytes.byteLength; start += pieceBytes) {
    reader.read(bytes.subarray(start, start + pieceBytes), ({ streamId, payload }) => {
      frames.push([streamId, [...payload]]);
    });
  }
  return frames;
}

Deno.test("FrameReader.read() finds the same frames wherever reads cut them", () => {
  const payloads = [0, 1, 700, 16_384, 3, 16_384, 16_384, 16_384, 16_384, 2];
  const expected = payloads.map((byteLength, index): [number, number[]] => [
    2 * index + 1,
    Array.from({ length: byteLength }, (_, at) => (at + index) % 256),
  ]);
  const bytes = Uint8Array.from(
    expected.flatMap(([streamId, payload]) => [
      ...encodeFrame({
        type: FrameType.DATA,
        streamId,
        payload: Uint8Array.from(payload),
      }),
    ]),
  );
  for (const pieceBytes of [1, 8, 9, 10, 16_393, 65_536, 1_000_000]) {
    assert.deepEqual(read(bytes, pieceBytes), expected, `${pieceBytes} bytes a read`);
  }
});

Deno.test("FrameReader.read() ignores the highest bit of a stream's number", () => {
  const frame = encodeFrame({ type: FrameType.DATA, streamId: 5 });
  frame[5] = 0x80;
  assert.deepEqual(read(frame, 100), [[5, []]]);
});

Deno.test("FrameReader.read() refuses a frame that is longer than allowed by its head alone", () => {
  const head = encodeFrame({
    type: FrameType.DATA,
    streamId: 1,
    payload: new Uint8Array(16_385),
  })
    .subarray(0, 9);
  assert.throws(() => read(head, 9), (error) => error instanceof Http2Error && error.code === 6);
});
