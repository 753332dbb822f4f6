import assert from "node:assert/strict";
import { encodeHead, Flag, FrameType, MAX_31_BITS, uint32s } from "./frame.ts";

Deno.test("encodeHead() holds length, type, flags and stream", () => {
  assert.deepEqual([...encodeHead({ type: FrameType.SETTINGS }, 0)], [0, 0, 0, 4, 0, 0, 0, 0, 0]);
  const kind = { type: FrameType.PING, flags: Flag.ACK, streamId: MAX_31_BITS };
  const head = encodeHead(kind, 0xfe_34_56);
  assert.deepEqual([...head], [0xfe, 0x34, 0x56, 6, 1, 0x7f, 0xff, 0xff, 0xff]);
});

Deno.test("uint32s() are big-endian", () => {
  assert.deepEqual([...uint32s(1, 0x8000_0002)], [0, 0, 0, 1, 0x80, 0, 0, 2]);
});
