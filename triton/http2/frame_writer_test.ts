import assert from "node:assert/strict";
import { Flag, FrameType } from "./frame.ts";
import { FrameWriter } from "./frame_writer.ts";

Deno.test("FrameWriter sends the preface and whole frames, those of one turn at once", async () => {
  const writes: Uint8Array[] = [];
  const frames = new FrameWriter({ write: (bytes) => void writes.push(bytes) });
  frames.sendPreface();
  frames.send({ type: FrameType.SETTINGS });
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(writes.length, 1);
  const [first = new Uint8Array()] = writes;
  assert.equal(new TextDecoder().decode(first.subarray(0, 24)), "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  assert.deepEqual([...first.subarray(24)], [0, 0, 0, 4, 0, 0, 0, 0, 0]);
  const kind = { type: FrameType.HEADERS, flags: Flag.END_HEADERS, streamId: 5 };
  frames.send(kind, Uint8Array.of(7), Uint8Array.of(8, 9));
  frames.flush();
  assert.deepEqual([...writes[1] ?? []], [0, 0, 3, 1, 4, 0, 0, 0, 5, 7, 8, 9]);
});
