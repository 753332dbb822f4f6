import assert from "node:assert/strict";
import fc from "fast-check";
import { CLIENT_PREFACE, FrameReader } from "./http2_frames.ts";

function frame(type: number, flags: number, stream: number, length: number): number[] {
  const header = [length >> 16, length >> 8, length, type, flags, 0, 0, stream >> 8, stream];
  return [...header.map((byte) => byte & 255), ...new Array(length).fill(0xff)];
}

const STREAM = new Uint8Array([
  ...CLIENT_PREFACE,
  ...frame(4, 0, 0, 12), // SETTINGS
  ...frame(1, 0x4, 1, 20), // HEADERS of stream 1
  ...frame(1, 0x5, 3, 0), // HEADERS that end stream 3 at once
  ...frame(0, 0, 1, 300),
  ...frame(8, 0x1, 1, 4), // WINDOW_UPDATE: its flags mean nothing
  ...frame(0, 0x1, 1, 0), // DATA, empty, that ends stream 1
]);

Deno.test("FrameReader finds beginnings and ends however the bytes are cut", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1 }), (sizes) => {
      const reader = new FrameReader(CLIENT_PREFACE.length);
      const begun: number[] = [];
      const ended: number[] = [];
      let position = 0;
      for (let turn = 0; position < STREAM.length; turn++) {
        const end = position + (sizes[turn % sizes.length] as number);
        const events = reader.read(STREAM.subarray(position, end));
        begun.push(...events.begun);
        ended.push(...events.ended);
        position = end;
      }
      assert.deepEqual(begun, [1, 3]);
      assert.deepEqual(ended, [3, 1]);
    }),
  );
});

Deno.test("FrameReader names the streams whose heads or data are among the bytes", () => {
  const reader = new FrameReader(0);
  const bytes = new Uint8Array([
    ...frame(0, 0, 5, 10),
    ...frame(8, 0, 9, 4),
    ...frame(0, 0x1, 7, 0),
    ...frame(1, 0, 3, 6),
  ]);
  assert.deepEqual(reader.read(bytes).carried, [5, 3]);
  assert.deepEqual(reader.read(new Uint8Array(frame(0, 0, 5, 2)).subarray(0, 9)).carried, []);
});

Deno.test("FrameReader tells an end only with the last byte of the message", () => {
  const reader = new FrameReader(0);
  const bytes = new Uint8Array(frame(0, 0x1, 7, 10));
  assert.deepEqual(reader.read(bytes.subarray(0, 18)).ended, []);
  assert.deepEqual(reader.read(bytes.subarray(18)).ended, [7]);
});
