import assert from "node:assert/strict";
import { Http2Error } from "./error_code.ts";
import { Flag, type Frame, FrameType } from "./frame.ts";
import { encodeHeaders } from "./header_block.ts";
import { HeaderCollector } from "./header_collector.ts";

const FIELDS = [[":status", "200"], ["grpc-status", "0"]] as const;
const BLOCK = encodeHeaders(FIELDS);
const { HEADERS, CONTINUATION, DATA } = FrameType;
const { END_HEADERS, END_STREAM, PADDED, PRIORITY } = Flag;

function frame(type: number, flags: number, payload: Uint8Array, streamId = 1): Frame {
  return { type, flags, streamId, payload };
}

function refuses(frames: readonly Frame[], code: number): void {
  const collector = new HeaderCollector();
  const add = () => frames.forEach((one) => collector.add(one));
  assert.throws(add, (error) => error instanceof Http2Error && error.code === code);
}

Deno.test("HeaderCollector.add() gives the fields of one frame, padding and priority aside", () => {
  const collector = new HeaderCollector();
  const plain = collector.add(frame(HEADERS, END_HEADERS | END_STREAM, BLOCK, 7));
  assert.deepEqual(plain, { streamId: 7, fields: new Map(FIELDS), isEnd: true });
  const dressed = Uint8Array.of(2, 0, 0, 0, 0, 9, ...BLOCK, 0, 0);
  const flags = END_HEADERS | PADDED | PRIORITY;
  const stripped = collector.add(frame(HEADERS, flags, dressed));
  assert.deepEqual(stripped, { streamId: 1, fields: new Map(FIELDS), isEnd: false });
});

Deno.test("HeaderCollector.add() joins frames in a row, whose bytes may change meanwhile", () => {
  const collector = new HeaderCollector();
  const parts = [BLOCK.slice(0, 1), BLOCK.slice(1, 3), BLOCK.slice(3)];
  const [first, second, third] = parts as [Uint8Array, Uint8Array, Uint8Array];
  assert.equal(collector.add(frame(HEADERS, END_STREAM, first)), undefined);
  first.fill(255);
  assert.equal(collector.add(frame(CONTINUATION, 0, second)), undefined);
  const headers = collector.add(frame(CONTINUATION, END_HEADERS, third));
  assert.deepEqual(headers, { streamId: 1, fields: new Map(FIELDS), isEnd: true });
  assert.equal(collector.add(frame(DATA, 0, BLOCK)), undefined);
});

Deno.test("HeaderCollector.add() refuses frames that do not belong where they are", () => {
  const begun = frame(HEADERS, 0, BLOCK);
  refuses([frame(CONTINUATION, END_HEADERS, BLOCK)], 1);
  refuses([begun, frame(DATA, 0, BLOCK)], 1);
  refuses([begun, begun], 1);
  refuses([begun, frame(CONTINUATION, END_HEADERS, BLOCK, 3)], 1);
});

Deno.test("HeaderCollector.add() refuses a block that does not end", () => {
  const part = frame(CONTINUATION, 0, new Uint8Array(16_384));
  refuses([frame(HEADERS, 0, BLOCK), part, part, part, part], 11);
});
